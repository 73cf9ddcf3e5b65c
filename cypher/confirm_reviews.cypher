// Note that newer rows said nothing new. Parameters: rows of {review_id, sequence}. Result: none.
UNWIND $rows AS row
MATCH (r:Review {review_id: row.review_id})
SET r.sequence = row.sequence

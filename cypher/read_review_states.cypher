// What decides whether rows change reviews. Parameters: ids. Result: a row per known review.
UNWIND $ids AS id
MATCH (r:Review {review_id: id})
RETURN r.review_id AS review_id, r.product_id AS product_id, r.sequence AS sequence, r.review_hash AS review_hash

// Note that newer rows said nothing new. Parameters: rows of {product_id, sequence}. Result: none.
UNWIND $rows AS row
MATCH (p:Product {product_id: row.product_id})
SET p.sequence = row.sequence

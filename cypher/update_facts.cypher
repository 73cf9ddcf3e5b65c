// Update facts in place: evidence, confidence, contested or not. Parameters: rows of {product_id, fact_id,
// properties}. Result: none.
UNWIND $rows AS row
MATCH (p:Product {product_id: row.product_id})-[f:{{relations}}]->()
WHERE f.fact_id = row.fact_id AND f.state <> 'closed'
SET f += row.properties

// Close facts of products. Parameters: rows of {product_id, fact_ids}, now. Result: none.
UNWIND $rows AS row
MATCH (p:Product {product_id: row.product_id})-[f:{{relations}}]->()
WHERE f.state <> 'closed' AND f.fact_id IN row.fact_ids
SET f.state = 'closed', f.valid_to = $now

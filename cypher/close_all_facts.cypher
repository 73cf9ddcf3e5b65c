// Close every fact of products. Parameters: ids, now. Result: none.
UNWIND $ids AS id
MATCH (p:Product {product_id: id})-[f:{{relations}}]->()
WHERE f.state <> 'closed'
SET f.state = 'closed', f.valid_to = $now

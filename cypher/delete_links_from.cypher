// Lock products and delete the derived relations that start there. Parameters: ids, stamp. Result: none.
UNWIND $ids AS id
MATCH (p:Product {product_id: id})
SET p.stamp = $stamp
WITH p
MATCH (p)-[link:{{links}}]->()
DELETE link

// Products a product is linked to or a variant of. Parameters: product_id. Result: product_id, title, relation,
// outgoing.
MATCH (p:Product {product_id: $product_id})-[link:{{links}}]-(other:Product)
RETURN other.product_id AS product_id, other.title AS title, type(link) AS relation,
       startNode(link).product_id = $product_id AS outgoing
UNION
MATCH (p:Product {product_id: $product_id})
WHERE p.variant_group IS NOT NULL
MATCH (other:Product {variant_group: p.variant_group})
WHERE other.product_id <> $product_id
RETURN other.product_id AS product_id, other.title AS title, 'VARIANT_OF' AS relation, true AS outgoing

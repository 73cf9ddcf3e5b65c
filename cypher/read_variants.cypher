// The other products of a variant group. Parameters: product_id. Result: product_id.
MATCH (p:Product {product_id: $product_id})
WHERE p.variant_group IS NOT NULL
MATCH (other:Product {variant_group: p.variant_group})
WHERE other.product_id <> p.product_id
RETURN other.product_id AS product_id
ORDER BY product_id

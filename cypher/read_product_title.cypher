// A product's title. Parameters: product_id. Result: title.
MATCH (p:Product {product_id: $product_id})
WHERE NOT p.deleted
RETURN p.title AS title

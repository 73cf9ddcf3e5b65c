// Products whose last row is older. Parameters: sequence, after, limit. Result: product_id.
MATCH (p:Product)
WHERE p.product_id > $after AND p.sequence < $sequence AND NOT p.deleted
RETURN p.product_id AS product_id
ORDER BY product_id LIMIT $limit

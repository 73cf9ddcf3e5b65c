// Reviews of a product in the order of their ids. Parameters: product_id, after, limit. Result: review.
MATCH (r:Review)-[:REVIEWS]->(p:Product {product_id: $product_id})
WHERE r.review_id > $after
RETURN r {.review_id, .product_id, .rating, .title, .body, .created_at, .verified} AS review
ORDER BY r.review_id LIMIT $limit

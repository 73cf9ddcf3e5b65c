// Count the reviews of products that changed. Parameters: ids, version, now. Result: none.
UNWIND $ids AS id
MATCH (p:Product {product_id: id})
OPTIONAL MATCH (r:Review)-[:REVIEWS]->(p)
WITH p, count(r) AS total, avg(r.rating) AS average
SET p.review_count = total, p.rating_average = average, p.version = $version, p.updated_at = $now

// Write reviews. Parameters: rows of {review_id, product_id, properties}. Result: none.
UNWIND $rows AS row
MATCH (p:Product {product_id: row.product_id})
MERGE (r:Review {review_id: row.review_id})
SET r += row.properties
MERGE (r)-[:REVIEWS]->(p)

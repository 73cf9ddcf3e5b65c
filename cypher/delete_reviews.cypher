// Delete the reviews of products. Parameters: ids. Result: none.
UNWIND $ids AS id
MATCH (r:Review)-[:REVIEWS]->(p:Product {product_id: id})
DETACH DELETE r

// What a product's facts lead to, and how many facts lead there. Parameters: product_id. Result: a row per fact.
MATCH (p:Product {product_id: $product_id})-[f:{{relations}}]->(e)
WHERE f.state <> 'closed'
RETURN type(f) AS relation, f.fact_id AS fact_id, f.polarity AS polarity, f.state AS state, e.key AS key,
       e.name AS name, COUNT { (e)<--() } AS degree
ORDER BY relation, key, polarity

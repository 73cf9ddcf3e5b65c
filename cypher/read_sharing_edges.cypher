// Facts of other products about the rarer entities of a product. Parameters: product_id, degree (an entity with more
// facts is left out), limit. Result: a row per fact.
MATCH (p:Product {product_id: $product_id})-[f:{{relations}}]->(e)
WHERE f.state <> 'closed' AND COUNT { (e)<--() } <= $degree
WITH DISTINCT e
MATCH (e)<-[g:{{relations}}]-(other:Product)
WHERE g.state <> 'closed' AND other.product_id <> $product_id
RETURN other.product_id AS product_id, other.title AS title, type(g) AS relation, g.fact_id AS fact_id,
       g.polarity AS polarity, g.state AS state, e.key AS key, e.name AS name
ORDER BY product_id, relation, key
LIMIT $limit

// What linking reads of products, in the order of their ids. Parameters: after, limit. Result: a row each.
MATCH (p:Product)
WHERE p.product_id > $after AND NOT p.deleted
WITH p ORDER BY p.product_id LIMIT $limit
RETURN p.product_id AS product_id, p.title AS title, p.brand AS brand, p.item_group_id AS item_group_id,
       [(p)-[f:MODEL]->(m) WHERE f.state = 'open' AND f.polarity = 'affirmed' | m.name] AS models
ORDER BY product_id

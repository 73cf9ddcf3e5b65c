// Products that state the same as some facts of a product. Parameters: product_id, fact_ids. Result: a row per shared
// fact.
MATCH (p:Product {product_id: $product_id})-[f:{{relations}}]->(e)<-[g:{{relations}}]-(other:Product)
WHERE f.state = 'open' AND f.fact_id IN $fact_ids AND g.state = 'open' AND type(f) = type(g)
  AND f.polarity = g.polarity AND other.product_id <> $product_id
RETURN other.product_id AS product_id, f.fact_id AS fact_id,
       coalesce(other.item_group_id = p.item_group_id, false) AS same_group

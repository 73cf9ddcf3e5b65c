// The derived relations of a product, both directions. Parameters: product_id. Result: a row each, the best first.
MATCH (p:Product {product_id: $product_id})-[link:{{links}}]-(other:Product)
RETURN startNode(link).product_id AS source_id, endNode(link).product_id AS target_id, type(link) AS relation,
       link.score AS score, link.reason AS reason, link.evidence AS evidence
ORDER BY score DESC, relation, source_id, target_id

// The open and contested facts of products, to compare. Parameters: ids. Result: a row per fact.
UNWIND $ids AS id
MATCH (p:Product {product_id: id})-[f:{{relations}}]->()
WHERE f.state <> 'closed'
RETURN id AS product_id, f.fact_id AS fact_id, f.state AS state, f.confidence AS confidence,
       f.contested_with AS contested_with, f.evidence AS evidence

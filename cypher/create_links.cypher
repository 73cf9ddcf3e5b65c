// Make derived relations. Slot: relation. Parameters: rows of {source_id, target_id, score, reason, evidence}.
// Result: none.
UNWIND $rows AS row
MATCH (source:Product {product_id: row.source_id})
MATCH (target:Product {product_id: row.target_id})
WHERE NOT source.deleted AND NOT target.deleted
MERGE (source)-[link:{{relation}}]->(target)
SET link.score = row.score, link.reason = row.reason, link.evidence = row.evidence

// Retract: mark the texts stale that rest on facts or reviews of a product. Parameters: rows of {product_id, fact_ids,
// review_ids, everything, reason}, now. Result: text_id of each text marked.
UNWIND $rows AS row
MATCH (t:Text)-[:ABOUT]->(p:Product {product_id: row.product_id})
WHERE t.state IN ['draft', 'approved']
  AND (row.everything OR any(one IN t.fact_ids WHERE one IN row.fact_ids)
       OR any(one IN t.review_ids WHERE one IN row.review_ids))
SET t.state = 'stale', t.stale_reason = row.reason, t.updated_at = $now
RETURN t.text_id AS text_id

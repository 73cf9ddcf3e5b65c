// Products and tombstones from a version on. Parameters: version, after_id (of that version), limit. Result: a row
// each in the order of version and id; facts without evidence.
MATCH (p:Product)
WHERE p.version >= $version AND (p.version > $version OR p.product_id > $after_id)
WITH p ORDER BY p.version, p.product_id LIMIT $limit
RETURN p.product_id AS product_id, p.version AS version, p.deleted AS deleted, p {{{product_fields}}} AS product,
       p.embedding AS embedding, coalesce(p.embedding_model, '') AS embedding_model,
       p.review_count AS review_count, p.rating_average AS rating_average,
       [(p)-[f:{{relations}}]->(e) WHERE f.state <> 'closed' |
        [type(f), f.fact_id, f.polarity, f.confidence, f.state, f.contested_with, f.valid_from, f.valid_to, e.key,
         e.name, e.quantity_kind, e.quantity_magnitude, e.quantity_unit]] AS facts
ORDER BY version, product_id

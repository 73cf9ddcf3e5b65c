// Products in the order of their ids. Parameters: after, limit. Result: rows as in read_product.
MATCH (p:Product)
WHERE p.product_id > $after AND NOT p.deleted
WITH p ORDER BY p.product_id LIMIT $limit
RETURN p {{{product_fields}}} AS product, p.version AS version, p.sequence AS sequence, p.updated_at AS updated_at,
       p.review_count AS review_count, p.rating_average AS rating_average,
       [(p)-[f:{{relations}}]->(e) WHERE f.state <> 'closed' |
        [type(f), f.fact_id, f.polarity, f.confidence, f.state, f.contested_with, f.valid_from, f.valid_to, e.key,
         e.name, e.quantity_kind, e.quantity_magnitude, e.quantity_unit, f.evidence]] AS facts
ORDER BY p.product_id

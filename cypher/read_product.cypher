// A product with its open and contested facts. Parameters: product_id. Result: one row, or none when there is none.
MATCH (p:Product {product_id: $product_id})
WHERE NOT p.deleted
RETURN p {{{product_fields}}} AS product, p.version AS version, p.sequence AS sequence, p.updated_at AS updated_at,
       p.review_count AS review_count, p.rating_average AS rating_average,
       [(p)-[f:{{relations}}]->(e) WHERE f.state <> 'closed' |
        [type(f), f.fact_id, f.polarity, f.confidence, f.state, f.contested_with, f.valid_from, f.valid_to, e.key,
         e.name, e.quantity_kind, e.quantity_magnitude, e.quantity_unit, f.evidence]] AS facts

// The facts a product no longer has. Parameters: product_id. Result: fact, a list as rows.py reads it.
MATCH (p:Product {product_id: $product_id})-[f:{{relations}}]->(e)
WHERE f.state = 'closed'
RETURN [type(f), f.fact_id, f.polarity, f.confidence, f.state, f.contested_with, f.valid_from, f.valid_to, e.key,
        e.name, e.quantity_kind, e.quantity_magnitude, e.quantity_unit, f.evidence] AS fact

// Lock a product and see which cited facts are open and which cited reviews are as they were. Parameters: product_id,
// fact_ids, review_ids, since_ms (null: whenever), stamp. Result: deleted, open_facts, same_reviews; no row where there
// is no such product.
MATCH (p:Product {product_id: $product_id})
SET p.stamp = $stamp
WITH p
RETURN p.deleted AS deleted,
       [(p)-[f:{{relations}}]->() WHERE f.state = 'open' AND f.fact_id IN $fact_ids | f.fact_id] AS open_facts,
       [(p)<-[:REVIEWS]-(r:Review)
        WHERE r.review_id IN $review_ids AND ($since_ms IS NULL OR r.changed_ms < $since_ms) | r.review_id]
       AS same_reviews

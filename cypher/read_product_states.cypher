// What decides whether rows change products, tombstones included. Parameters: ids. Result: a row per known product.
UNWIND $ids AS id
MATCH (p:Product {product_id: id})
RETURN p.product_id AS product_id, p.sequence AS sequence, p.version AS version,
       coalesce(p.content_hash, '') AS content_hash, coalesce(p.offer_hash, '') AS offer_hash,
       coalesce(p.embedding_model, '') AS embedding_model, p.deleted AS deleted

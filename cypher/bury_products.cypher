// Make products tombstones: the id, what orders them, nothing else. Parameters: ids, sequence, version, now.
// Result: none.
UNWIND $ids AS id
MATCH (p:Product {product_id: id})
SET p = {product_id: id, sequence: $sequence, version: $version, deleted: true, updated_at: $now}

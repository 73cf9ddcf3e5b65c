// Write products. Parameters: rows of {product_id, properties}; a null property is taken away, an absent one stays.
// Result: none.
UNWIND $rows AS row
MERGE (p:Product {product_id: row.product_id})
SET p += row.properties

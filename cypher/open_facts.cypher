// Open facts of one relation. Slots: relation, label. Parameters: rows of {product_id, key, properties}. Result: none.
UNWIND $rows AS row
MATCH (p:Product {product_id: row.product_id})
MATCH (e:{{label}} {key: row.key})
CREATE (p)-[f:{{relation}}]->(e)
SET f = row.properties

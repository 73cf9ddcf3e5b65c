// Store texts. Parameters: rows of {text_id, properties}. Result: none.
UNWIND $rows AS row
MERGE (t:Text {text_id: row.text_id})
SET t += row.properties
WITH t
MATCH (p:Product {product_id: t.product_id})
MERGE (t)-[:ABOUT]->(p)

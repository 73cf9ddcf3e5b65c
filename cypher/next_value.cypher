// Count a counter up. Parameters: name. Result: value, the new one.
MERGE (c:Counter {name: $name})
SET c.value = coalesce(c.value, 0) + 1
RETURN c.value AS value

// Read a counter. Parameters: name. Result: value, or no row before the first use.
MATCH (c:Counter {name: $name})
RETURN c.value AS value

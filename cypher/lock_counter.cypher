// Write-lock a counter and read it. Parameters: name, stamp. Result: value.
MERGE (c:Counter {name: $name})
ON CREATE SET c.value = 0
SET c.stamp = $stamp
RETURN c.value AS value

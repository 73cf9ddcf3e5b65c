// Delete some nodes, whatever they are. Parameters: limit. Result: total.
MATCH (n)
WITH n LIMIT $limit
DETACH DELETE n
RETURN count(*) AS total

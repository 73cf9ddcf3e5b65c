// How many products there are, tombstones not counted. Result: total.
MATCH (p:Product {deleted: false})
RETURN count(p) AS total

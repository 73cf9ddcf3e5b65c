// How many reviews there are. Result: total.
MATCH (n:Review)
RETURN count(n) AS total

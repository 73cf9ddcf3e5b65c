// Jobs by state. Result: state, total.
MATCH (n:Job)
RETURN n.state AS state, count(n) AS total

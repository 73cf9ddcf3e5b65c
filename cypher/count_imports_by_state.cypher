// Imports by state. Result: state, total.
MATCH (n:Import)
RETURN n.state AS state, count(n) AS total

// Texts by state. Result: state, total.
MATCH (n:Text)
RETURN n.state AS state, count(n) AS total

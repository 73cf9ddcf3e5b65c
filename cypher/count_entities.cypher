// How many entities of a label there are. Slot: label. Result: total.
MATCH (n:{{label}})
RETURN count(n) AS total

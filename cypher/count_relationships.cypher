// How many relationships of a type there are. Slot: relation. Result: total.
MATCH ()-[r:{{relation}}]->()
RETURN count(r) AS total

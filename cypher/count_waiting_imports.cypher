// How many imports wait. Result: total.
MATCH (i:Import {state: 'accepted'})
RETURN count(i) AS total

// How many jobs wait. Result: total.
MATCH (j:Job {state: 'accepted'})
RETURN count(j) AS total

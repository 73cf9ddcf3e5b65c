// The last events of a job. Parameters: job_id. Result: events, event_count (all there ever were).
MATCH (j:Job {job_id: $job_id})
RETURN j.events AS events, j.event_count AS event_count

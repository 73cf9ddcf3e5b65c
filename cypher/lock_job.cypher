// Lock a job and see who holds it. Parameters: job_id, stamp. Result: state, worker, claimed_ms.
MATCH (j:Job {job_id: $job_id})
SET j.stamp = $stamp
RETURN j.state AS state, j.worker AS worker, j.claimed_ms AS claimed_ms

// Accept a job. Parameters: job_id, kind, params, event, now, now_ms. Result: none.
MERGE (j:Job {job_id: $job_id})
SET j.kind = $kind, j.params = $params, j.state = 'accepted', j.progress = 0.0, j.attempts = 0, j.created_at = $now,
    j.updated_at = $now, j.accepted_ms = $now_ms, j.lease_until = 0, j.events = [$event], j.event_count = 1

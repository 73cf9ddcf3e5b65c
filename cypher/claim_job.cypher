// Take a job that nobody holds. Parameters: job_id, worker, lease_until, event, now, now_ms, stamp. Result: job, or no
// row. The stamp takes the lock before the state is looked at.
MATCH (j:Job {job_id: $job_id})
SET j.stamp = $stamp
WITH j
WHERE j.state = 'accepted' OR (j.state = 'running' AND (j.lease_until < $now_ms OR j.worker = $worker))
SET j.state = 'running', j.worker = $worker, j.lease_until = $lease_until, j.claimed_ms = $now_ms,
    j.attempts = j.attempts + 1, j.updated_at = $now, j.events = (j.events + [$event])[-200..],
    j.event_count = j.event_count + 1
RETURN j {.job_id, .kind, .params, .state, .progress, .result_text_ids, .error, .attempts, .created_at, .updated_at} AS job

// Move a job from one of some states to another. Parameters: job_id, before (states), after, error, worker (null:
// whoever holds it), event, now, now_ms, stamp. Result: job, or no row where its state or holder is another.
MATCH (j:Job {job_id: $job_id})
SET j.stamp = $stamp
WITH j
WHERE j.state IN $before AND ($worker IS NULL OR j.worker = $worker)
SET j.attempts = CASE WHEN $after = 'accepted' THEN 0 ELSE j.attempts END,
    j.progress = CASE WHEN $after = 'accepted' THEN 0.0 ELSE j.progress END,
    j.accepted_ms = CASE WHEN $after = 'accepted' THEN $now_ms ELSE j.accepted_ms END,
    j.state = $after, j.error = $error, j.worker = null, j.lease_until = 0, j.updated_at = $now,
    j.events = (j.events + [$event])[-200..], j.event_count = j.event_count + 1
RETURN j {.job_id, .kind, .params, .state, .progress, .result_text_ids, .error, .attempts, .created_at, .updated_at} AS job

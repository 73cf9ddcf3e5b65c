// Hold a job longer and note its progress. Parameters: job_id, worker, lease_until, progress, event (null: none), now,
// stamp. Result: job, or no row where the worker lost it.
MATCH (j:Job {job_id: $job_id})
SET j.stamp = $stamp
WITH j
WHERE j.state = 'running' AND j.worker = $worker
SET j.lease_until = $lease_until, j.updated_at = $now, j.progress = coalesce($progress, j.progress),
    j.events = CASE WHEN $event IS NULL THEN j.events ELSE (j.events + [$event])[-200..] END,
    j.event_count = j.event_count + CASE WHEN $event IS NULL THEN 0 ELSE 1 END
RETURN j {.job_id, .kind, .params, .state, .progress, .result_text_ids, .error, .attempts, .created_at, .updated_at} AS job

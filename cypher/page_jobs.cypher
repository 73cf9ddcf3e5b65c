// Jobs, the latest first. Parameters: before (an id), state, kind (null: any), limit. Result: job.
MATCH (j:Job)
WHERE j.job_id < $before AND ($state IS NULL OR j.state = $state) AND ($kind IS NULL OR j.kind = $kind)
WITH j ORDER BY j.job_id DESC LIMIT $limit
RETURN j {.job_id, .kind, .params, .state, .progress, .result_text_ids, .error, .attempts, .created_at, .updated_at} AS job
ORDER BY j.job_id DESC

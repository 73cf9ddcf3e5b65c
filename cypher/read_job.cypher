// A job. Parameters: job_id. Result: job.
MATCH (j:Job {job_id: $job_id})
RETURN j {.job_id, .kind, .params, .state, .progress, .result_text_ids, .error, .attempts, .created_at, .updated_at} AS job

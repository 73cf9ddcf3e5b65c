// End a job well. Parameters: job_id, text_ids, event, now. Result: none.
MATCH (j:Job {job_id: $job_id})
SET j.state = 'succeeded', j.progress = 1.0, j.error = null, j.result_text_ids = $text_ids, j.worker = null,
    j.lease_until = 0, j.updated_at = $now, j.events = (j.events + [$event])[-200..],
    j.event_count = j.event_count + 1

// Jobs nobody works on. Parameters: now_ms, accepted_before, limit. Result: job_id, the oldest first.
MATCH (j:Job)
WHERE j.state IN ['accepted', 'running']
  AND ((j.state = 'accepted' AND j.accepted_ms <= $accepted_before) OR (j.state = 'running' AND j.lease_until < $now_ms))
RETURN j.job_id AS job_id
ORDER BY job_id LIMIT $limit

// Imports nobody works on. Parameters: now_ms, accepted_before, limit. Result: import_id, the oldest first.
MATCH (i:Import)
WHERE i.state IN ['accepted', 'running']
  AND ((i.state = 'accepted' AND i.accepted_ms <= $accepted_before) OR (i.state = 'running' AND i.lease_until < $now_ms))
RETURN i.import_id AS import_id
ORDER BY import_id LIMIT $limit

// Keys in the order they were made. Parameters: after (an id), limit. Result: key.
MATCH (k:ApiKey)
WHERE k.key_id > $after
WITH k ORDER BY k.key_id LIMIT $limit
RETURN k {.key_id, .name, .scopes, .created_at, .revoked} AS key
ORDER BY k.key_id

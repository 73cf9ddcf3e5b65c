// Revoke a key. Parameters: key_id. Result: key.
MATCH (k:ApiKey {key_id: $key_id})
SET k.revoked = true
RETURN k {.key_id, .name, .scopes, .created_at, .revoked} AS key

// The key with a hash. Parameters: key_hash. Result: key.
MATCH (k:ApiKey {key_hash: $key_hash})
RETURN k {.key_id, .name, .scopes, .created_at, .revoked} AS key

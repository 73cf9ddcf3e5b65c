// Keep a key, once per hash. Parameters: key_id, name, scopes, key_hash, now. Result: key.
MERGE (k:ApiKey {key_hash: $key_hash})
ON CREATE SET k.key_id = $key_id, k.name = $name, k.scopes = $scopes, k.created_at = $now, k.revoked = false
RETURN k {.key_id, .name, .scopes, .created_at, .revoked} AS key

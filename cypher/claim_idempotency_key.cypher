// Take an idempotency key, or learn what it stands for. Parameters: key, fingerprint, target, now.
// Result: fingerprint, target.
MERGE (k:IdempotencyKey {key: $key})
ON CREATE SET k.fingerprint = $fingerprint, k.target = $target, k.created_at = $now
RETURN k.fingerprint AS fingerprint, k.target AS target

// Take an import that nobody holds. Parameters: import_id, worker, lease_until, now, now_ms, stamp. Result: import, or
// no row. The stamp takes the lock before the state is looked at.
MATCH (i:Import {import_id: $import_id})
SET i.stamp = $stamp
WITH i
WHERE i.state = 'accepted' OR (i.state = 'running' AND (i.lease_until < $now_ms OR i.worker = $worker))
SET i.state = 'running', i.worker = $worker, i.lease_until = $lease_until, i.attempts = i.attempts + 1,
    i.updated_at = $now
RETURN i {.import_id, .kind, .format, .mode, .mapping, .blob, .source_name, .allow_deletions, .size_bytes, .sha256, .state,
          .read, .changed, .unchanged, .rejected, .deleted, .total_rows, .line, .sequence, .catalogue_version, .error,
          .attempts, .created_at, .updated_at} AS import

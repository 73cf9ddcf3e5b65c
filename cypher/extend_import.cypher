// Hold an import longer. Parameters: import_id, worker, lease_until, now, stamp. Result: import, or no row where the
// worker lost it.
MATCH (i:Import {import_id: $import_id})
SET i.stamp = $stamp
WITH i
WHERE i.state = 'running' AND i.worker = $worker
SET i.lease_until = $lease_until, i.updated_at = $now
RETURN i {.import_id, .kind, .format, .mode, .mapping, .blob, .source_name, .allow_deletions, .size_bytes, .sha256, .state,
          .read, .changed, .unchanged, .rejected, .deleted, .total_rows, .line, .sequence, .catalogue_version, .error,
          .attempts, .created_at, .updated_at} AS import

// Move an import from one of some states to another. Parameters: import_id, before (states), after, error, worker
// (null: whoever holds it), allow_deletions (null: as it was), counter (name of the catalogue version), now, now_ms,
// stamp. Result: import, or no row where its state or holder is another.
MATCH (i:Import {import_id: $import_id})
SET i.stamp = $stamp
WITH i
WHERE i.state IN $before AND ($worker IS NULL OR i.worker = $worker)
OPTIONAL MATCH (c:Counter {name: $counter})
SET i.attempts = CASE WHEN $after = 'accepted' THEN 0 ELSE i.attempts END,
    i.catalogue_version = CASE WHEN $after = 'accepted' THEN i.catalogue_version
                               ELSE coalesce(i.catalogue_version, c.value, 0) END,
    i.allow_deletions = coalesce($allow_deletions, i.allow_deletions),
    i.state = $after, i.error = $error, i.worker = null, i.lease_until = 0, i.updated_at = $now,
    i.accepted_ms = CASE WHEN $after = 'accepted' THEN $now_ms ELSE i.accepted_ms END
RETURN i {.import_id, .kind, .format, .mode, .mapping, .blob, .source_name, .allow_deletions, .size_bytes, .sha256, .state,
          .read, .changed, .unchanged, .rejected, .deleted, .total_rows, .line, .sequence, .catalogue_version, .error,
          .attempts, .created_at, .updated_at} AS import

// Imports, the latest first. Parameters: before (an id), limit. Result: import.
MATCH (i:Import)
WHERE i.import_id < $before
WITH i ORDER BY i.import_id DESC LIMIT $limit
RETURN i {.import_id, .kind, .format, .mode, .mapping, .blob, .source_name, .allow_deletions, .size_bytes, .sha256, .state,
          .read, .changed, .unchanged, .rejected, .deleted, .total_rows, .line, .sequence, .catalogue_version, .error,
          .attempts, .created_at, .updated_at} AS import
ORDER BY i.import_id DESC

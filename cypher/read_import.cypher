// An import. Parameters: import_id. Result: import.
MATCH (i:Import {import_id: $import_id})
RETURN i {.import_id, .kind, .format, .mode, .mapping, .blob, .source_name, .allow_deletions, .size_bytes, .sha256, .state,
          .read, .changed, .unchanged, .rejected, .deleted, .total_rows, .line, .sequence, .catalogue_version, .error,
          .attempts, .created_at, .updated_at} AS import

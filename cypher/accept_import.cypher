// Accept an import. Parameters: import_id, properties, now, now_ms. Result: none.
MERGE (i:Import {import_id: $import_id})
SET i += $properties,
    i.state = 'accepted', i.read = 0, i.changed = 0, i.unchanged = 0, i.rejected = 0, i.deleted = 0, i.line = 0,
    i.attempts = 0, i.created_at = $now, i.updated_at = $now, i.accepted_ms = $now_ms, i.lease_until = 0

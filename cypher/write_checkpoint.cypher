// Move an import's checkpoint on, never back. Parameters: import_id, worker (null: whoever), line, total_rows, read,
// changed, unchanged, rejected, deleted, version, now, stamp. Result: line; no row where the worker lost the import.
MATCH (i:Import {import_id: $import_id})
SET i.stamp = $stamp
WITH i
WHERE $worker IS NULL OR (i.worker = $worker AND i.state = 'running')
WITH i, $line >= i.line AS ahead
SET i.read = CASE WHEN ahead THEN $read ELSE i.read END,
    i.changed = CASE WHEN ahead THEN $changed ELSE i.changed END,
    i.unchanged = CASE WHEN ahead THEN $unchanged ELSE i.unchanged END,
    i.rejected = CASE WHEN ahead THEN $rejected ELSE i.rejected END,
    i.deleted = CASE WHEN ahead THEN $deleted ELSE i.deleted END,
    i.line = CASE WHEN ahead THEN $line ELSE i.line END,
    i.total_rows = coalesce($total_rows, i.total_rows),
    i.catalogue_version = $version,
    i.updated_at = $now
RETURN i.line AS line

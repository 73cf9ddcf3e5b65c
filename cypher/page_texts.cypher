// Texts, the latest first. Parameters: before (an id), kind, state (null: any), limit. Result: text.
MATCH (t:Text)
WHERE t.text_id < $before AND ($kind IS NULL OR t.kind = $kind) AND ($state IS NULL OR t.state = $state)
WITH t ORDER BY t.text_id DESC LIMIT $limit
RETURN t {.text_id, .kind, .product_id, .language, .parts, .state, .job_id, .request, .details, .created_at, .updated_at,
          .stale_reason} AS text
ORDER BY t.text_id DESC

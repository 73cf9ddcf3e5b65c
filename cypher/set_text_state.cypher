// Mark a text. Parameters: text_id, state, reason, now, stamp. Result: text, or no row where it is stale and was to be
// a draft or approved.
MATCH (t:Text {text_id: $text_id})
SET t.stamp = $stamp
WITH t
WHERE t.state <> 'stale' OR $state IN ['stale', 'rejected']
SET t.state = $state, t.updated_at = $now,
    t.stale_reason = CASE WHEN $state = 'stale' THEN $reason ELSE t.stale_reason END,
    t.state_reason = $reason
RETURN t {.text_id, .kind, .product_id, .language, .parts, .state, .job_id, .request, .details, .created_at, .updated_at,
          .stale_reason} AS text

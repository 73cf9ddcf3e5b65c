// Lock a text and read it. Parameters: text_id, stamp. Result: text.
MATCH (t:Text {text_id: $text_id})
SET t.stamp = $stamp
RETURN t {.text_id, .kind, .product_id, .language, .parts, .state, .job_id, .request, .details, .created_at, .updated_at,
          .stale_reason} AS text

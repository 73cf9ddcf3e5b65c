// Change a text. Parameters: text_id, properties. Result: text.
MATCH (t:Text {text_id: $text_id})
SET t += $properties
RETURN t {.text_id, .kind, .product_id, .language, .parts, .state, .job_id, .request, .details, .created_at, .updated_at,
          .stale_reason} AS text

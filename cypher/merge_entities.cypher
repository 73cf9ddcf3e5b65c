// Make the entities that are not there yet. Slot: label. Parameters: rows of {key, name, quantity_kind,
// quantity_magnitude, quantity_unit}. Result: none.
UNWIND $rows AS row
MERGE (e:{{label}} {key: row.key})
ON CREATE SET e.name = row.name, e.quantity_kind = row.quantity_kind, e.quantity_magnitude = row.quantity_magnitude,
              e.quantity_unit = row.quantity_unit

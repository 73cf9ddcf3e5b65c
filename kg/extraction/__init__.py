"""Extraction: from a product's texts to mentions of relations, with offsets into the raw fields."""

from kg.extraction.extractor import (
    Extractor,
    RatedMention,
    load_attribute_reader,
    load_entity_reader,
    load_extractor,
    matcher_extractor,
    span_extractor,
)
from kg.extraction.instructions import instruction_spans

__all__ = [
    "Extractor",
    "RatedMention",
    "instruction_spans",
    "load_attribute_reader",
    "load_entity_reader",
    "load_extractor",
    "matcher_extractor",
    "span_extractor",
]

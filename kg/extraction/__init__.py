"""Extraction: from a product's texts to mentions of relations, with offsets into the raw fields."""

from kg.extraction.extractor import Extractor, RatedMention
from kg.extraction.instructions import instruction_spans
from kg.extraction.loading import (
    check_models,
    load_attribute_reader,
    load_entity_reader,
    load_extractor,
    matcher_extractor,
    span_extractor,
)
from kg.extraction.pages import Page

__all__ = [
    "Extractor",
    "Page",
    "RatedMention",
    "check_models",
    "instruction_spans",
    "load_attribute_reader",
    "load_entity_reader",
    "load_extractor",
    "matcher_extractor",
    "span_extractor",
]

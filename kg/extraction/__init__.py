"""Extraction: from a product's texts to mentions of relations, with offsets into the raw fields."""

from kg.extraction.extractor import Extractor, MatcherExtractor, load_extractor
from kg.extraction.instructions import instruction_spans

__all__ = ["Extractor", "MatcherExtractor", "instruction_spans", "load_extractor"]

"""From the words and parameters of a search to a `Query`, and the types of its answer."""

from __future__ import annotations

from search.query.filters import FILTER_NAMES, SORTS
from search.query.model import (
    Filter,
    Hit,
    Query,
    RangeFilter,
    SearchResult,
    Sort,
    UnderstoodEntity,
    ValueFilter,
    Vocabulary,
)
from search.query.parsing import MAX_QUERY_LENGTH, parse

__all__ = [
    "FILTER_NAMES",
    "MAX_QUERY_LENGTH",
    "SORTS",
    "Filter",
    "Hit",
    "Query",
    "RangeFilter",
    "SearchResult",
    "Sort",
    "UnderstoodEntity",
    "ValueFilter",
    "Vocabulary",
    "parse",
]

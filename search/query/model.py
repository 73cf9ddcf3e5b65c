"""What a search asks and answers, as types."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

Sort = Literal["relevance", "price", "-price", "newest", "rating"]


@dataclass(frozen=True, slots=True)
class ValueFilter:
    """Products that have one of ``values`` under ``name``; with ``negated``, those that do not.

    A product that is known not to have it (the fact is negated) and one of which nothing is known both pass a negated
    filter; ranking puts the former first.
    """

    name: str
    values: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class RangeFilter:
    """Products with a number of ``kind`` within the bounds (both included), in the kind's base unit."""

    kind: str
    low: float
    high: float
    negated: bool = False


Filter = ValueFilter | RangeFilter


@dataclass(frozen=True, slots=True)
class UnderstoodEntity:
    """An entity of the catalogue that the query names: products that have it are lifted."""

    relation: str
    value: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A parsed search: ``text`` as it was typed, ``wanted`` to look for, ``unwanted`` to bury."""

    text: str = ""
    wanted: str = ""
    unwanted: tuple[str, ...] = ()
    entities: tuple[UnderstoodEntity, ...] = ()
    corrections: tuple[tuple[str, str], ...] = ()
    filters: tuple[Filter, ...] = ()
    understood_filters: tuple[Filter, ...] = ()
    facets: tuple[str, ...] = ()
    sort: Sort = "relevance"
    language: str = "en"
    limit: int = 20
    cursor: str | None = None
    explain: bool = False

    def understood(self) -> dict[str, Any]:
        """What query understanding found, for the answer."""
        found: dict[str, Any] = {"text": self.wanted, "language": self.language}
        if self.entities:
            found["entities"] = [
                {"relation": one.relation, "value": one.value, "text": one.text, "effect": "boost"}
                for one in self.entities
            ]
        if self.unwanted:
            found["negated"] = [{"text": text, "effect": "bury"} for text in self.unwanted]
        if self.corrections:
            found["corrections"] = [{"from": old, "to": new} for old, new in self.corrections]
        ranges = [one for one in self.understood_filters if isinstance(one, RangeFilter)]
        if ranges:
            found["filters"] = [
                {"name": one.kind, "from": _bound(one.low), "to": _bound(one.high), "effect": "filter"}
                for one in ranges
            ]
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One result: a product, or the best of a variant group with the others in ``variants``.

    ``score`` is from 0 to about 1 and comparable within one answer only; ``card`` holds what a result card shows.
    """

    product_id: str
    title: str
    score: float
    item_group_id: str | None
    variants: tuple[dict[str, Any], ...] = ()
    card: dict[str, Any] = field(default_factory=dict)
    explain: dict[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """The hit as the API answers it."""
        found = {
            "product_id": self.product_id,
            "title": self.title,
            "score": round(self.score, 6),
            "item_group_id": self.item_group_id,
            **self.card,
            "variants": list(self.variants),
        }
        if self.explain is not None:
            found["explain"] = self.explain
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """A page of hits; ``total`` counts all of them (variant groups once), ``facets`` counts products."""

    results: tuple[Hit, ...]
    facets: dict[str, list[dict[str, Any]]]
    understood: dict[str, Any]
    catalogue_version: int
    next_cursor: str | None
    total: int


class Vocabulary(Protocol):
    """What an index knows that helps to read a query."""

    def facet_names(self) -> Collection[str]:
        """Names with values to filter or count by."""

    def number_kinds(self) -> Collection[str]:
        """Kinds of numbers that products have: price, rating, weight and so on."""

    def entities(self, words: Sequence[str]) -> Sequence[tuple[str, str]]:
        """(relation, value) of every entity whose name is exactly these words, the commonest first."""

    def knows(self, word: str) -> bool:
        """Whether any product has the word, or a form of it."""

    def nearest(self, word: str) -> str | None:
        """The known word that a mistyped one most likely means, or None."""


def _bound(value: float) -> float | None:
    return None if value in {float("inf"), float("-inf")} else value

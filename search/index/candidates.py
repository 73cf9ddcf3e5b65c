"""Finds and scores candidates: what the words find, what the vectors find, and what else is known of either."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from search.ranking import fuse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from kg.embedding import Embedder
    from search.index.lexical import LexicalIndex
    from search.index.table import Table
    from search.index.vectors import VectorIndex
    from search.query import Query, UnderstoodEntity
    from search.ranking import Method

_LEXICAL: Final = 400
_NEAREST: Final = 200
_NARROW: Final = 5000  # a filter that leaves no more rows is applied while searching, else after
_WIDE_FACTOR: Final = 5
_LEAST_SIMILAR: Final = 0.3  # what only a vector finds must be this similar; unrelated texts are below 0.25
_LEAST_SCORE: Final = 0.25  # of the best candidate's score: the tail below it is noise in facets and sorted lists
_UNWANTED_LOOKED_AT: Final = 300


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rows with their scores and the signals that made them."""

    rows: NDArray[np.int64]
    scores: NDArray[np.float64]
    signals: Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Finder:
    """What finding needs; the parts are the index's own."""

    table: Table
    lexical: LexicalIndex
    vectors: Mapping[str, VectorIndex]
    method: Method

    def find(self, query: Query, mask: NDArray[np.bool_], *, filtered: bool, embedder: Embedder | None) -> Candidates:
        """The candidates for a query with words, of the masked rows."""
        within = np.flatnonzero(mask) if filtered else None
        narrow = within if within is not None and len(within) <= _NARROW else None
        limit = _LEXICAL if within is None or narrow is not None else _LEXICAL * _WIDE_FACTOR
        exact = self.lexical.by_id(query.text)
        lexical_rows, lexical_scores = self.lexical.search(query.wanted, limit, within=narrow)
        vectors = self.vectors.get(embedder.name) if embedder else None
        vector = embedder.embed([query.wanted])[0] if embedder and vectors else None
        near: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        if vectors is not None and vector is not None:
            near, similar = vectors.search(vector, _NEAREST, within=within)
            near = near[similar >= _LEAST_SIMILAR]
        rows = np.unique(np.concatenate((lexical_rows, near, exact)))
        rows = rows[rows < len(mask)]
        rows = rows[mask[rows]]
        similarity = vectors.similarities(vector, rows) if vectors and vector is not None else np.zeros(len(rows))
        signals = {
            "lexical": _spread(rows, lexical_rows, lexical_scores),
            "vector": np.clip(similarity, 0, None).astype(np.float64),
            "popularity": self._popularity(rows),
        }
        if query.entities:
            signals["entities"] = self._entities(query.entities, rows)
        if len(exact):
            signals["identifier"] = np.isin(rows, exact).astype(np.float64)
        if query.unwanted and len(rows):
            best = rows[np.argsort(-fuse(signals, method=self.method), kind="stable")[:_UNWANTED_LOOKED_AT]]
            signals |= self._unwanted(query.unwanted, rows, best)
        scores = fuse(signals, method=self.method)
        keep = scores >= _LEAST_SCORE * scores.max(initial=0.0)
        return Candidates(rows[keep], scores[keep], {name: values[keep] for name, values in signals.items()})

    def _popularity(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        rating, reviews = self.table.numbers.get("rating"), self.table.numbers.get("reviews")
        if rating is None or reviews is None:
            return np.zeros(len(rows))
        return popularity(rating.of(rows), reviews.of(rows))

    def _entities(self, entities: tuple[UnderstoodEntity, ...], rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Which share of the named phrases is true of each row; a phrase that names several entities needs one."""
        phrases: dict[str, NDArray[np.bool_]] = {}
        for entity in entities:
            column = self.table.values.get(entity.relation)
            value = column.find(entity.value) if column else None
            if column is None or value is None:
                continue
            having = column.mask([value], self.table.size)
            inside = rows < len(having)
            has = np.zeros(len(rows), dtype=bool)
            has[inside] = having[rows[inside]]
            phrases[entity.text] = phrases[entity.text] | has if entity.text in phrases else has
        if not phrases:
            return np.zeros(len(rows))
        return np.asarray(np.stack(list(phrases.values())).mean(axis=0), dtype=np.float64)

    def _unwanted(
        self, unwanted: tuple[str, ...], rows: NDArray[np.int64], looked_at: NDArray[np.int64]
    ) -> dict[str, NDArray[np.float64]]:
        """What the rows say of unwanted things: denied in text or by a fact, named in the title, named at all."""
        signals = {name: np.zeros(len(rows)) for name in ("denies", "has_in_title", "has")}
        for thing in unwanted:
            found = self.lexical.mentions(thing, looked_at)
            denies = np.isin(rows, found.denied) | self._negated(thing, rows)
            has = ~denies & np.isin(rows, found.named)
            in_title = has & np.isin(rows, found.titled)
            signals["denies"] += denies
            signals["has_in_title"] += in_title
            signals["has"] += has & ~in_title
        return {name: np.minimum(values, 1.0) for name, values in signals.items() if values.any()}

    def _negated(self, thing: str, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which rows have a negated fact about the thing."""
        found = np.zeros(len(rows), dtype=bool)
        forms = {thing, thing.removesuffix("s"), f"{thing}s"}
        for name, column in list(self.table.values.items()):
            if not name.startswith("-"):
                continue
            values = [value for form in forms if (value := column.find(form)) is not None]
            if values:
                having = np.flatnonzero(column.mask(values, self.table.size))
                found |= np.isin(rows, having)
        return found


def popularity(rating: NDArray[np.float64], reviews: NDArray[np.float64]) -> NDArray[np.float64]:
    """From 0 to 1: a rating counts more the more reviews it rests on; products without reviews have 0."""
    count = np.nan_to_num(reviews)
    average = np.where(np.isnan(rating), 0.0, rating)
    shrunk = (average * count + 3.0 * 5) / (count + 5)
    return np.where(count > 0, shrunk / 5 * np.minimum(np.log1p(count) / np.log(1000), 1.0), 0.0)


def _spread(rows: NDArray[np.int64], found: NDArray[np.int64], scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """The scores of the found rows, in the order of ``rows`` (ascending); 0 for the others."""
    spread = np.zeros(len(rows))
    places = np.searchsorted(rows, found)
    inside = places < len(rows)
    inside[inside] = rows[places[inside]] == found[inside]
    spread[places[inside]] = scores[inside]
    return spread

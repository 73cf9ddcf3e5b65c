"""From candidates to an answer: order, variant groups, the page, facets and explanations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from search.index.candidates import Candidates, popularity
from search.query import Hit, RangeFilter, SearchResult, cursors
from search.ranking import share

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from search.index.rows import Row
    from search.index.table import Table
    from search.query import Filter, Query

_FACET_VALUES: Final = 50
_VARIANTS: Final = 20
_VARIANT_FIELDS: Final = ("price", "sale_price", "color", "size", "availability", "image_url")


def filter_mask(table: Table, filters: tuple[Filter, ...]) -> NDArray[np.bool_]:
    """Which rows are alive and pass all filters."""
    size = table.size
    mask = table.alive[:size].copy()
    for one in filters:
        if isinstance(one, RangeFilter):
            numbers = table.numbers.get(one.kind)
            passing = numbers.mask(one.low, one.high, size) if numbers else np.zeros(size, dtype=bool)
        else:
            column = table.values.get(one.name)
            known = [value for text in one.values if column and (value := column.find(text)) is not None]
            passing = column.mask(known, size) if column else np.zeros(size, dtype=bool)
        mask &= ~passing if one.negated else passing
    return mask


def answer(table: Table, query: Query, mask: NDArray[np.bool_], found: Candidates, *, version: int) -> SearchResult:
    """The page of the query among the candidates.

    Raises:
        InvalidRequestError: ``search.cursor_invalid``.
    """
    start = cursors.decode(query)
    keys = _keys(table, query, found)
    versions, ties = table.versions[found.rows], table.ties[found.rows]
    order = np.lexsort((ties, -versions, keys))
    _, first = np.unique(table.groups[found.rows[order]], return_index=True)
    order = order[np.sort(first)]  # of each variant group the best
    total = len(order)
    if start is not None:
        behind = (keys > start[0]) | (
            (keys == start[0]) & ((versions < start[1]) | ((versions == start[1]) & (ties > start[2])))
        )
        order = order[behind[order]]
    shown = order[: query.limit]
    hits = [hit for at in shown.tolist() if (hit := _hit(table, query, mask, found, at)) is not None]
    last = int(shown[-1]) if len(order) > len(shown) else None
    return SearchResult(
        results=tuple(hits),
        facets=_facets(table, query, found.rows),
        understood=query.understood(),
        catalogue_version=version,
        next_cursor=None
        if last is None
        else cursors.encode(query, (float(keys[last]), int(versions[last]), int(ties[last]))),
        total=total,
    )


def _keys(table: Table, query: Query, found: Candidates) -> NDArray[np.float64]:
    """What sorts the candidates, the smallest first; what has no such number comes last."""
    if query.sort == "relevance":
        return -np.round(found.scores, 6)
    if query.sort == "newest":
        return -table.versions[found.rows].astype(np.float64)
    if query.sort == "rating":
        return -ratings(table, found.rows)
    prices = table.numbers.get("price")
    amounts = prices.of(found.rows) if prices else np.full(len(found.rows), np.nan)
    return np.nan_to_num(-amounts if query.sort == "-price" else amounts, nan=np.inf)


def ratings(table: Table, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """The average rating drawn towards 3 where it rests on few reviews; without reviews 0."""
    rating, reviews = table.numbers.get("rating"), table.numbers.get("reviews")
    if rating is None or reviews is None:
        return np.zeros(len(rows))
    average, count = rating.of(rows), np.nan_to_num(reviews.of(rows))
    return np.where(np.isnan(average), 0.0, (np.nan_to_num(average) * count + 3.0) / (count + 1))


def browse(table: Table, mask: NDArray[np.bool_]) -> Candidates:
    """All rows that pass the filters, scored by popularity."""
    rows = np.flatnonzero(mask)
    rating, reviews = table.numbers.get("rating"), table.numbers.get("reviews")
    score = popularity(rating.of(rows), reviews.of(rows)) if rating and reviews else np.zeros(len(rows))
    return Candidates(rows, score, {})


def _hit(table: Table, query: Query, mask: NDArray[np.bool_], found: Candidates, at: int) -> Hit | None:
    number = int(found.rows[at])
    row = table.rows[number]
    if row is None:  # deleted since
        return None
    return Hit(
        product_id=row.product_id,
        title=row.title,
        score=float(found.scores[at]),
        item_group_id=row.item_group_id,
        variants=_variants(table, mask, number, row),
        card=row.card,
        explain=_explanation(query, found, at) if query.explain else None,
    )


def _variants(table: Table, mask: NDArray[np.bool_], number: int, row: Row) -> tuple[dict[str, Any], ...]:
    if row.item_group_id is None:
        return ()
    same = np.flatnonzero((table.groups[: len(mask)] == table.groups[number]) & mask)
    others = [table.rows[other] for other in same[: _VARIANTS + 1].tolist() if other != number]
    return tuple(
        {"product_id": one.product_id, "title": one.title}
        | {name: one.card[name] for name in _VARIANT_FIELDS if name in one.card}
        for one in others[:_VARIANTS]
        if one is not None
    )


def _explanation(query: Query, found: Candidates, at: int) -> dict[str, Any]:
    if not found.signals:
        return {
            "score": round(float(found.scores[at]), 6),
            "signals": {"popularity": round(float(found.scores[at]), 6)},
        }
    return {
        "score": round(float(found.scores[at]), 6),
        "signals": share(found.signals, at),
        "looked_for": {"text": query.wanted, "unwanted": list(query.unwanted)},
    }


def _facets(table: Table, query: Query, rows: NDArray[np.int64]) -> dict[str, list[dict[str, Any]]]:
    if not query.facets:
        return {}
    inside = np.zeros(table.size, dtype=bool)
    inside[rows[rows < len(inside)]] = True
    facets = {}
    for name in query.facets:
        column = table.values.get(name)
        counted = column.counts(inside, _FACET_VALUES) if column else []
        facets[name] = [{"value": value, "count": count} for value, count in counted]
    return facets

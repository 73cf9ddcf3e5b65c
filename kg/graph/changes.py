"""What changed since a catalogue version, for those who follow the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.graph.counters import CATALOGUE_VERSION, current_version
from kg.graph.records import ChangeBatch, ChangedProduct
from kg.graph.rows import embedding_from, facts_from, product_from

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.graph.session import GraphSession, Row, Transaction


class Changes:
    """The catalogue version and the products above one."""

    def __init__(self, session: GraphSession) -> None:
        self._session = session

    def version(self) -> int:
        """The catalogue version of the last committed batch; 0 of an empty graph."""
        return current_version(self._session)

    def since(self, version: int, *, limit: int = 500, after: tuple[int, str] | None = None) -> ChangeBatch:
        """Products and tombstones above ``version`` in the order of (version, product_id).

        The version is read before the products, and versions commit in order: a follower that applies every page
        misses nothing, though it may meet a product twice that changes meanwhile.

        Args:
            version: what the follower has.
            limit: products on a page.
            after: ``next_after`` of the page before.
        """

        def work(transaction: Transaction) -> tuple[int, list[Row]]:
            counter = transaction.row("read_counter", name=CATALOGUE_VERSION)
            start, after_id = after if after is not None else (version + 1, "")
            rows = transaction.rows("read_changes", version=start, after_id=after_id, limit=limit)
            return (int(counter["value"]) if counter else 0), rows

        current, rows = self._session.read(work)
        last = rows[-1] if len(rows) == limit else None
        next_after = (last["version"], last["product_id"]) if last else None
        return ChangeBatch(tuple(_changed(row) for row in rows), current, next_after)


def _changed(row: Mapping[str, Any]) -> ChangedProduct:
    deleted = bool(row["deleted"])
    return ChangedProduct(
        product_id=row["product_id"],
        version=row["version"],
        deleted=deleted,
        product=None if deleted else product_from(row["product"]),
        facts=() if deleted else facts_from(row["product_id"], row["facts"]),
        embedding=embedding_from(row["embedding"]),
        embedding_model=row["embedding_model"],
        review_count=row["review_count"] or 0,
        rating_average=row["rating_average"],
    )

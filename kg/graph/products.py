"""Products in the graph: states, reads and pages. Writing them is ``product_writes``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.graph.neighbourhood import neighbourhood
from kg.graph.page import Page, cut, position
from kg.graph.product_deletes import delete_products
from kg.graph.product_writes import write_products
from kg.graph.records import ProductState, StoredProduct
from kg.graph.rows import facts_from, product_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kg.graph.records import Neighbourhood, ProductWrite, WriteReceipt
    from kg.graph.session import GraphSession
    from kg.graph.work_records import ImportCheckpoint
    from kg.model import Fact


class Products:
    """The products of the catalogue and their facts."""

    def __init__(self, session: GraphSession) -> None:
        self._session = session

    def states(self, ids: Iterable[str]) -> dict[str, ProductState]:
        """What is known of each product, deleted ones included; unknown ids are absent."""
        rows = self._session.rows("read_product_states", ids=list(ids))
        return {row["product_id"]: ProductState(**row) for row in rows}

    def write(self, batch: Sequence[ProductWrite], *, checkpoint: ImportCheckpoint | None = None) -> WriteReceipt:
        """Write products, their facts and the import's checkpoint in one transaction, retracting what no longer holds.

        Raises:
            ConflictError: ``import.lease_lost``, where the checkpoint names a worker who lost the import.
            GraphError: ``graph.changed_meanwhile``, where facts are to be kept but the text is another by now.
        """
        return write_products(self._session, batch, checkpoint)

    def delete(self, ids: Iterable[str], *, sequence: int, checkpoint: ImportCheckpoint | None = None) -> WriteReceipt:
        """Delete products that no later row has touched; their texts become stale. Unknown ids are passed over.

        Raises:
            ConflictError: ``import.lease_lost``, as in ``write``.
        """
        return delete_products(self._session, ids, sequence, checkpoint)

    def get(self, product_id: str) -> StoredProduct | None:
        """A product with its open and contested facts; None where there is none, or it was deleted."""
        row = self._session.row("read_product", product_id=product_id)
        return _stored(row) if row else None

    def closed_facts(self, product_id: str) -> tuple[Fact, ...]:
        """The facts a product no longer has."""
        rows = self._session.rows("read_closed_facts", product_id=product_id)
        return facts_from(product_id, (row["fact"] for row in rows))

    def count(self) -> int:
        """How many products there are."""
        row = self._session.row("count_products")
        return int(row["total"]) if row else 0

    def page(self, limit: int = 100, cursor: str | None = None) -> Page[StoredProduct]:
        """Products in the order of their ids."""
        rows = self._session.rows("page_products", after=position(cursor) or "", limit=limit + 1)
        return cut([_stored(row) for row in rows], limit, lambda stored: stored.product.product_id)

    def ids_before(self, sequence: int, *, limit: int = 1000, after: str | None = None) -> list[str]:
        """The products whose last row is older than ``sequence``, in the order of their ids, after the id ``after``."""
        rows = self._session.rows("read_ids_before", sequence=sequence, limit=limit, after=after or "")
        return [row["product_id"] for row in rows]

    def neighbourhood(self, product_id: str, *, limit: int = 200) -> Neighbourhood:
        """What to draw around a product: its facts, variants, links, and products that share its rarer entities."""
        return neighbourhood(self._session, product_id, limit)


def _stored(row: Mapping[str, Any]) -> StoredProduct:
    product = product_from(row["product"])
    return StoredProduct(
        product=product,
        facts=facts_from(product.product_id, row["facts"]),
        version=row["version"],
        sequence=row["sequence"],
        updated_at=row["updated_at"],
        review_count=row["review_count"] or 0,
        rating_average=row["rating_average"],
    )

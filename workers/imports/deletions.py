"""What a full feed no longer has: counted before anything is written, deleted after everything is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.graph.counters import SEQUENCE_STRIDE
from shelfgraph.errors import ConflictError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.catalog import FeedScan
    from kg.graph import Import, ProductGraph

_PAGE: Final = 1000


def missing_products(graph: ProductGraph, imported: Import, scanned: FeedScan) -> Iterator[list[str]]:
    """The ids of products that the feed does not have, in pages; products pushed since it was accepted are left out."""
    after: str | None = None
    while page := graph.products.ids_before(imported.sequence * SEQUENCE_STRIDE, limit=_PAGE, after=after):
        after = page[-1]
        if missing := [product_id for product_id in page if not scanned.has_id(product_id)]:
            yield missing


def require_consent(graph: ProductGraph, imported: Import, scanned: FeedScan, *, limit: float) -> None:
    """Refuse a feed that would delete more than a share of the catalogue, unless it was allowed to.

    Raises:
        ConflictError: ``catalog.deletions_need_consent``.
    """
    if imported.allow_deletions:
        return
    total = graph.products.count()
    missing = sum(len(page) for page in missing_products(graph, imported, scanned))
    if missing > limit * total:
        raise ConflictError(
            "catalog.deletions_need_consent",
            f"The feed lacks {missing} of the catalogue's {total} products and would delete them.",
            help="If that is meant, retry the import with allow_deletions=true; nothing was written so far.",
            missing=missing,
            products=total,
        )

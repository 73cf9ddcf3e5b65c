"""Links between products follow the catalogue: whatever changed is linked again once no import runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import orjson

from shelfgraph.errors import NotFoundError
from shelfgraph.logs import get_logger

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shelfgraph.blobs import Blobs
    from workers.services import WorkerServices

_LINKED: Final = "maintain/links.json"
_LOCK_SECONDS: Final = 900.0
_PAGE: Final = 500


def link(services: WorkerServices, product_ids: Sequence[str]) -> bool:
    """Link these products to those they belong with."""
    from kg.analytics import link_products  # noqa: PLC0415 - only this task links

    link_products(services.graph, list(product_ids))
    return True


def follow(services: WorkerServices) -> int:
    """Link every product that changed since the last time; a message that was lost is made good here.

    Imports come first: a product may be linked to one that a later row of the same feed brings.

    Returns:
        how many products were linked.
    """
    linked = _linked_version(services.blobs)
    current = services.graph.changes.version()
    if current == linked or _importing(services):
        return 0
    with services.broker.lock("links", _LOCK_SECONDS) as held:
        if not held:
            return 0
        count = 0
        # An older version than we know of is another graph, or a restored one: everything is linked again.
        for product_ids in _changed(services, linked if linked < current else 0):
            link(services, product_ids)
            count += len(product_ids)
        services.blobs.put(_LINKED, [orjson.dumps({"version": current})])
    get_logger(__name__).info("products_linked", count=count, catalogue_version=current)
    return count


def _changed(services: WorkerServices, version: int) -> Iterator[list[str]]:
    after: tuple[int, str] | None = None
    while True:
        batch = services.graph.changes.since(version, limit=_PAGE, after=after)
        if product_ids := [one.product_id for one in batch.products if not one.deleted]:
            yield product_ids
        after = batch.next_after
        if after is None:
            return


def _importing(services: WorkerServices) -> bool:
    return any(one.state in {"accepted", "running"} for one in services.graph.imports.page(20, None).results)


def _linked_version(blobs: Blobs) -> int:
    try:
        with blobs.open(_LINKED) as file:
            return int(orjson.loads(file.read())["version"])
    except (NotFoundError, orjson.JSONDecodeError, KeyError, TypeError):
        return 0

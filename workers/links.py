"""Links between products follow the catalogue, a few products at each sweep, so that a lost message costs nothing."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING, Any, Final

import orjson

from shelfgraph.errors import NotFoundError
from shelfgraph.logs import get_logger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shelfgraph.blobs import Blobs
    from workers.services import WorkerServices

_STATE: Final = "maintain/links.json"
_LOCK_SECONDS: Final = 900.0
_AT_ONCE: Final = 300
_ROUND_SECONDS: Final = 600.0


@dataclasses.dataclass(slots=True)
class _State:
    """How far linking is: every change up to ``version`` is linked, and ``after`` of the changes above it.

    ``began`` is the catalogue's version when those were begun.

    A product that is new is found by the texts of others once those are read again: ``unread`` says that there was
    such a change since the last round over all products began, ``reached`` is the id a running round has come to.
    """

    version: int = 0
    after: tuple[int, str] | None = None
    began: int = 0
    unread: bool = False
    reached: str | None = None
    round_ended: float = 0.0


def link(services: WorkerServices, product_ids: Sequence[str]) -> bool:
    """Link these products to those they belong with."""
    from kg.analytics import link_products  # noqa: PLC0415 - only these tasks need it

    link_products(services.graph, list(product_ids))
    return True


def follow(services: WorkerServices) -> int:
    """Link some of the products that changed since the last time, or go on reading the others again.

    Imports come first: a product may be linked to one that a later row of the same feed brings.

    Returns:
        how many products were linked; 0 when there is nothing to do.
    """
    state = _load(services.blobs)
    version = services.graph.changes.version()
    due = state.unread and (state.reached is not None or time.time() - state.round_ended > _ROUND_SECONDS)
    if (version == state.version and not due) or _importing(services):
        return 0
    if version < state.version:  # another graph, or a restored one
        state = _State()
    with services.broker.lock("links", _LOCK_SECONDS) as held:
        if not held:
            return 0
        count = _link_changed(services, state) if version != state.version else _link_others(services, state)
        services.blobs.put(_STATE, [orjson.dumps(dataclasses.asdict(state))])
    if count:
        get_logger(__name__).info("products_linked", count=count, catalogue_version=state.version)
    return count


def _link_changed(services: WorkerServices, state: _State) -> int:
    if state.after is None:
        state.began = services.graph.changes.version()
    batch = services.graph.changes.since(state.version, limit=_AT_ONCE, after=state.after)
    product_ids = [one.product_id for one in batch.products if not one.deleted]
    link(services, product_ids)
    # Whoever read all products while none was added has read each beside all others.
    state.unread = state.version != 0 or batch.version != state.began
    state.after = batch.next_after
    if batch.next_after is None:
        state.version = batch.version
    return len(product_ids)


def _link_others(services: WorkerServices, state: _State) -> int:
    reached = state.reached or ""
    product_ids = sorted(one.product_id for one in services.graph.related.names() if one.product_id > reached)
    now = product_ids[:_AT_ONCE]
    link(services, now)
    if len(now) < len(product_ids):
        state.reached = now[-1]
    else:
        state.reached, state.unread, state.round_ended = None, False, time.time()
    return len(now)


def _importing(services: WorkerServices) -> bool:
    return any(one.state in {"accepted", "running"} for one in services.graph.imports.page(20, None).results)


def _load(blobs: Blobs) -> _State:
    try:
        with blobs.open(_STATE) as file:
            found: dict[str, Any] = orjson.loads(file.read())
        after = found.pop("after")
        return _State(after=None if after is None else (int(after[0]), str(after[1])), **found)
    except (NotFoundError, orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return _State()

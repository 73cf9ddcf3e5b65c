"""Work that one worker at a time holds: times, stamps and the refusals that imports and jobs share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.graph.counters import stamp
from shelfgraph.clock import isoformat
from shelfgraph.errors import ConflictError, NotFoundError

if TYPE_CHECKING:
    from shelfgraph.clock import Clock

PENDING_AFTER_MS = 5_000


def times(clock: Clock, lease_seconds: float = 0) -> dict[str, Any]:
    """The parameters of every statement that moves work on."""
    now_ms = clock.now_ms()
    return {
        "now": isoformat(now_ms),
        "now_ms": now_ms,
        "lease_until": now_ms + round(lease_seconds * 1000),
        "stamp": stamp(),
    }


def missing(noun: str, identifier: str) -> NotFoundError:
    """The error for work nobody accepted."""
    return NotFoundError(f"{noun}.not_found", f"There is no {noun} {identifier}.")


def refusal(noun: str, verb: str, identifier: str, state: str) -> ConflictError:
    """The error for work whose state does not allow it."""
    return ConflictError(
        f"{noun}.{verb}_refused", f"The {noun} {identifier} is {state}: it cannot be made to {verb}.", state=state
    )

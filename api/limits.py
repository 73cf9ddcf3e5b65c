"""How much a key may ask, and when the queues are full: 429 with `Retry-After`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import g, request

from api.auth import caller
from api.services import services
from shelfgraph.errors import OverloadedError, UnavailableError
from shelfgraph.logs import get_logger

if TYPE_CHECKING:
    from flask import Flask, Response

    from shelfgraph.broker import RateDecision

_QUEUE_RETRY_SECONDS: Final = 15


def register(app: Flask) -> None:
    """Count every authenticated request of ``app`` against its key's rate."""
    app.before_request(_count)
    app.after_request(_tell)


def check_queue(waiting: int) -> None:
    """Refuse new work while too much waits.

    Raises:
        OverloadedError: ``queue.full``.
    """
    limit = services().settings.queue_limit
    if waiting >= limit:
        raise OverloadedError(
            "queue.full",
            f"{waiting} requests are waiting already.",
            help="Try again a little later.",
            retry_after=_QUEUE_RETRY_SECONDS,
            waiting=waiting,
            limit=limit,
        )


def _count() -> None:
    if "caller" not in g:
        return
    rate = services().settings.rate_limit
    try:
        decision: RateDecision = services().broker.hit(caller().key_id, rate)
    except UnavailableError:
        # Without the broker nobody counts; refusing every call would turn its outage into ours.
        get_logger(__name__).warning("rate_not_counted", route=str(request.url_rule))
        return
    g.rate = decision
    if not decision.allowed:
        raise OverloadedError(
            "rate.limited",
            f"This key may make {rate} calls.",
            help="Wait as long as Retry-After says.",
            retry_after=decision.retry_after,
        )


def _tell(response: Response) -> Response:
    decision: RateDecision | None = g.get("rate")
    if decision is not None:
        response.headers["RateLimit-Policy"] = services().settings.rate_limit
        response.headers["RateLimit-Limit"] = services().settings.rate_limit.partition("/")[0].strip()
        response.headers["RateLimit-Remaining"] = str(decision.remaining)
        if not decision.allowed:
            response.headers["RateLimit-Reset"] = str(decision.retry_after)
    return response

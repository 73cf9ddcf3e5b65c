"""Accepting a job: checked, stored in the graph, and only then announced to the workers."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any, Final

from flask import request

from api.idempotency import idempotency
from api.limits import check_queue
from api.queues import enqueue
from api.services import services
from generation.jobs import validate
from shelfgraph.broker import job_channel
from shelfgraph.errors import NotFoundError, UnavailableError, UnprocessableError

if TYPE_CHECKING:
    from kg.graph import Job
    from kg.model import TextKind

ENDED: Final = frozenset({"succeeded", "failed", "parked", "cancelled"})
_LONGEST_WAIT: Final = 30.0
_LOOK_SECONDS: Final = 0.5
_WAIT: Final = re.compile(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,4})\"?", re.IGNORECASE)


def accept_job(kind: TextKind, asked: dict[str, Any]) -> Job:
    """Check the request and store it as a job.

    Raises:
        NotFoundError: ``product.not_found``.
        UnprocessableError: what the generator cannot do, such as ``ad_copy.unknown_channel``.
        OverloadedError: ``queue.full``.
        ConflictError: ``request.idempotency_conflict``.
    """
    graph = services().graph
    params = validate(kind, asked)
    stored = graph.products.get(asked["product_id"])
    if stored is None:
        raise NotFoundError("product.not_found", "There is no such product.")
    if kind == "review_summary" and stored.review_count == 0:
        raise UnprocessableError("review_summary.no_reviews", "This product has no reviews to sum up.")
    check_queue(graph.jobs.waiting())
    job = graph.jobs.accept(kind, params, idempotency=idempotency(**asked))
    if job.state == "accepted":
        enqueue("jobs.run", {"job_id": job.job_id}, queue="generate")
    return job


def wait_for(job: Job) -> Job | None:
    """The job once it ended, if the caller prefers to wait and it ends in time."""
    preferred = _WAIT.search(request.headers.get("Prefer", ""))
    if preferred is None:
        return None
    until = time.monotonic() + min(_LONGEST_WAIT, float(preferred[1]))
    graph = services().graph
    try:
        signals = services().broker.subscribe(job_channel(job.job_id), timeout=_LOOK_SECONDS)
    except UnavailableError:
        return None  # nobody would tell us; the caller can watch the job
    with signals:
        while True:
            seen = graph.jobs.get(job.job_id)
            if seen is not None and seen.state in ENDED:
                return seen
            if time.monotonic() >= until:
                return None
            next(signals)

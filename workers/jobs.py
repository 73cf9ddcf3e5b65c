"""The task behind an ad, a summary or an answer: claim, generate, store once."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING, Final

import orjson

from shelfgraph.broker import job_channel
from shelfgraph.errors import GraphError, ShelfgraphError, UnavailableError
from shelfgraph.logs import get_logger
from workers.lease import Lease, LeaseLostError

if TYPE_CHECKING:
    from kg.graph import Job
    from workers.services import WorkerServices

_PROGRESS_SECONDS: Final = 0.25


def run_job(job_id: str, *, services: WorkerServices, worker: str) -> bool:
    """Work on a job, if it is still to be done and nobody else has it.

    Returns:
        False when it should be tried again soon; True when it ended, or is another's.

    Raises:
        GraphError, UnavailableError: a part we need is away; try again.
    """
    job = services.graph.jobs.claim(job_id, worker, services.settings.lease_seconds)
    if job is None:
        return True
    log = get_logger(__name__).bind(kind=job.kind, attempt=job.attempts)
    if job.attempts > services.settings.max_deliveries:
        _park(services, job, "Its worker died each time it was tried.")
        return True
    try:
        _generate(job, services, worker)
    except LeaseLostError:
        log.info("job_given_up")
    except (GraphError, UnavailableError):
        raise
    except ShelfgraphError as error:
        services.graph.jobs.fail(job_id, error.problem(), worker)
        log.info("job_failed", code=error.code)
    except Exception as error:
        log.exception("job_crashed")
        if job.attempts < services.settings.max_deliveries:
            return False
        _park(services, job, f"It failed with {type(error).__name__} each time it was tried.")
    else:
        log.info("job_succeeded")
    _signal(services, job_id, "ended")
    return True


def _generate(job: Job, services: WorkerServices, worker: str) -> None:
    from generation.jobs import run  # noqa: PLC0415 - loads what generates, which only these tasks need

    jobs, settings = services.graph.jobs, services.settings
    progress = 0.0
    told = 0.0

    def renew() -> bool:
        return jobs.heartbeat(job.job_id, worker, settings.lease_seconds)

    def tell(share: float, stage: str) -> None:
        nonlocal progress, told
        progress = max(progress, min(share, 1.0))
        lease.check()
        if time.monotonic() - told < _PROGRESS_SECONDS:
            return
        told = time.monotonic()
        if not jobs.heartbeat(job.job_id, worker, settings.lease_seconds, progress, stage=stage):
            raise LeaseLostError
        _signal(services, job.job_id, "progress", progress=progress, stage=stage)

    with Lease(renew, seconds=settings.lease_seconds) as lease:
        texts = run(job.kind, job.params, graph=services.graph, generator=services.generator(), progress=tell)
        lease.check()
        named = [dataclasses.replace(text, job_id=job.job_id) for text in texts]
        if not jobs.succeed(job.job_id, named, worker):
            raise LeaseLostError


def _park(services: WorkerServices, job: Job, reason: str) -> None:
    error = ShelfgraphError(
        "job.parked",
        f"The job was set aside after {job.attempts} attempts. {reason}",
        help="Look at the worker's log for this job, then retry it.",
    )
    services.graph.jobs.park(job.job_id, error.problem())
    _signal(services, job.job_id, "ended")


def _signal(services: WorkerServices, job_id: str, event: str, **data: object) -> None:
    services.broker.publish(job_channel(job_id), orjson.dumps({"type": event, **data}))

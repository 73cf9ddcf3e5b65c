"""The task behind an import: claim, read on from the checkpoint, commit batch by batch, end once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from shelfgraph.broker import job_channel
from shelfgraph.errors import ConflictError, GraphError, ShelfgraphError, UnavailableError
from shelfgraph.logs import get_logger
from workers.imports.deliveries import Deliveries
from workers.imports.work import ImportWork
from workers.lease import Lease, LeaseLostError

if TYPE_CHECKING:
    from typing import Literal

    from kg.graph import Import
    from workers.services import WorkerServices

    _EndState = Literal["succeeded", "failed", "parked"]


def run_import(import_id: str, *, services: WorkerServices, worker: str) -> bool:
    """Work on an import, if it is still to be done and nobody else has it.

    Returns:
        False when it should be tried again soon; True when it ended, or is another's.

    Raises:
        GraphError, UnavailableError: a part we need is away; try again.
    """
    imports, settings = services.graph.imports, services.settings
    imported = imports.claim(import_id, worker, settings.lease_seconds)
    if imported is None:
        return True
    log = get_logger(__name__).bind(attempt=imported.attempts, line=imported.line)
    deliveries = Deliveries(services.blobs, imported)
    if deliveries.count() > settings.max_deliveries:
        _end(services, imported, worker, "parked", _parked("Its worker died each time it came to the same rows."))
        return True
    log.info("import_started", rows_before=imported.counts.read)
    try:
        renew = lambda: imports.heartbeat(import_id, worker, settings.lease_seconds)  # noqa: E731 - named for its reader
        with Lease(renew, seconds=settings.lease_seconds) as lease:
            fault = ImportWork(imported, services, worker=worker, lease=lease).run()
    except LeaseLostError:
        log.info("import_given_up")
    except (GraphError, UnavailableError):
        raise
    except ShelfgraphError as error:
        if error.code == "import.lease_lost":
            log.info("import_given_up")
            return True
        _end(services, imported, worker, "parked" if isinstance(error, ConflictError) else "failed", error)
    except Exception as error:
        log.exception("import_crashed")
        if deliveries.last < settings.max_deliveries:
            return False
        _end(
            services,
            imported,
            worker,
            "parked",
            _parked(f"It failed with {type(error).__name__} each time it was tried."),
        )
    else:
        _end(services, imported, worker, "failed" if fault else "succeeded", fault)
    return True


def _end(
    services: WorkerServices, imported: Import, worker: str, state: _EndState, error: ShelfgraphError | None
) -> None:
    services.graph.imports.finish(imported.import_id, state, error=error.problem() if error else None, worker=worker)
    services.broker.publish(job_channel(imported.import_id), orjson.dumps({"type": "ended", "state": state}))
    get_logger(__name__).info("import_ended", state=state, code=error.code if error else None)


def _parked(reason: str) -> ShelfgraphError:
    return ShelfgraphError(
        "import.parked",
        f"The import was set aside. {reason}",
        help="Look at the worker's log for this import, then retry it: it goes on where it stopped.",
    )

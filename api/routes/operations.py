"""How the service is: alive, ready, measured."""

from __future__ import annotations

from typing import Final

from apiflask import APIBlueprint
from flask import Response, current_app

from api import metrics
from api.auth import needs, needs_no_key
from api.schemas.operations import HealthOut, ReadyOut, StatusOut
from api.services import ApiServices, services
from api.version import VERSION
from shelfgraph.broker import QUEUES
from shelfgraph.clock import isoformat
from shelfgraph.errors import ShelfgraphError, UnavailableError

blueprint = APIBlueprint("operations", __name__, tag="Operations")

_STARTED: Final = "shelfgraph.started_at"


@blueprint.record
def _remember_start(state: object) -> None:
    app = state.app  # type: ignore[attr-defined]  # Flask's BlueprintSetupState
    app.extensions[_STARTED] = isoformat(app.extensions["shelfgraph"].clock.now_ms())


@blueprint.get("/healthz")
@needs_no_key
@blueprint.output(HealthOut)
def health() -> HealthOut:
    """Say that the process is alive; it asks nobody else."""
    return HealthOut(status="ok")


@blueprint.get("/readyz")
@needs()
@blueprint.output(ReadyOut)
@blueprint.doc(responses={503: "Something this service needs does not answer."})
def ready() -> ReadyOut:
    """Say whether the graph and the broker answer and the index follows."""
    found = _readiness(services())
    if not found.ready:
        missing = [name for name in ("graph", "broker", "index") if not getattr(found, name)]
        raise UnavailableError(
            "service.not_ready", f"Not ready: {', '.join(missing)}.", retry_after=2, **found.model_dump()
        )
    return found


@blueprint.get("/metrics")
@needs("admin")
def show_metrics() -> Response:
    """Show the metrics for Prometheus."""
    return Response(metrics.of(current_app).render(services()), content_type=metrics.MEDIA_TYPE)


@blueprint.get("/v1/status")
@needs()
@blueprint.output(StatusOut)
def status() -> StatusOut:
    """Show versions, sizes and queues at one look."""
    api = services()
    return StatusOut(
        version=VERSION,
        ready=_readiness(api),
        graph_engine=api.graph.engine,
        catalogue_version=api.graph.changes.version(),
        index_version=api.index.version,
        products=api.graph.products.count(),
        jobs_waiting=api.graph.jobs.waiting(),
        queues={queue: _depth(api, queue) for queue in QUEUES},
        generator_model=api.settings.generator_model,
        embedding_model=api.settings.embedding_model,
        relation_model=api.settings.relation_model,
        started_at=current_app.extensions[_STARTED],
    )


def _readiness(api: ApiServices) -> ReadyOut:
    graph = api.graph.ready()
    broker = api.broker.ping()
    index = graph and api.follower.ready
    return ReadyOut(ready=graph and broker and index, graph=graph, broker=broker, index=index)


def _depth(api: ApiServices, queue: str) -> int | None:
    try:
        return api.broker.depth(queue)  # type: ignore[arg-type]  # it is one of QUEUES
    except ShelfgraphError:
        return None

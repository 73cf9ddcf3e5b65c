"""How the service is."""

from __future__ import annotations

from api.schemas.lists import Output


class HealthOut(Output):
    """That the process is alive."""

    status: str


class ReadyOut(Output):
    """What is ready."""

    ready: bool
    graph: bool
    broker: bool
    index: bool


class StatusOut(Output):
    """One look at everything."""

    version: str
    ready: ReadyOut
    graph_engine: str
    catalogue_version: int
    index_version: int
    products: int
    jobs_waiting: int
    queues: dict[str, int | None]
    generator_model: str
    embedding_model: str
    relation_model: str
    started_at: str

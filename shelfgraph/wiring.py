"""Where the parts are put together: what gunicorn serves and what Celery runs, each made when it is asked for."""

from __future__ import annotations

import os
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from shelfgraph import logs
from shelfgraph.errors import ShelfgraphError
from shelfgraph.settings import get_settings

if TYPE_CHECKING:
    from celery import Celery  # type: ignore[import-untyped]  # ships no types
    from flask import Flask

    from kg.embedding import Embedders
    from kg.extraction.asking import AttributeReader
    from kg.graph import ProductGraph
    from kg.ingestion import CatalogWriter
    from shelfgraph.blobs import Blobs
    from shelfgraph.broker import Broker
    from shelfgraph.settings import Settings
    from workers import WorkerServices


# Read once, when torch is loaded: its threads wait asleep. Spinning, two of them on two shared cores write a text nine
# times slower than one does.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def blobs(settings: Settings) -> Blobs:
    """The store of files that the settings name."""
    from shelfgraph.blobs import Blobs  # noqa: PLC0415 - made when asked for, here and below

    return Blobs(settings.blob_url or str(settings.home_path / "blobs"))


def catalog_writer(settings: Settings, graph: ProductGraph, broker: Broker, embedders: Embedders) -> CatalogWriter:
    """What writes products and reviews, and signals each new catalogue version."""
    from kg.ingestion import CatalogWriter  # noqa: PLC0415
    from shelfgraph.broker import CHANGES_CHANNEL  # noqa: PLC0415

    def load_extractor() -> Any:  # noqa: ANN401 - kg.extraction is imported when a product comes, not before
        from kg.extraction import load_extractor as load  # noqa: PLC0415

        return load(settings)

    return CatalogWriter(
        graph,
        load_extractor=load_extractor,
        embedders=embedders,
        announce=lambda version: broker.publish(CHANGES_CHANNEL, b"%d" % version),
    )


def _attribute_reader(settings: Settings, language: str) -> AttributeReader:
    from kg.extraction import load_attribute_reader  # noqa: PLC0415

    return load_attribute_reader(settings, language=language, model=settings.attribute_model)


def api() -> Flask:
    """The API of this process, following the graph; ``gunicorn "shelfgraph.wiring:api()"``."""
    settings = get_settings()
    logs.configure(settings, process="api")
    try:
        return _api(settings)
    except ShelfgraphError as error:
        # The supervisor shows this line instead of the traceback; gunicorn gives up on any error but SystemExit.
        logs.get_logger(__name__).critical("cannot_start", code=error.code, message=error.message, help=error.help)
        raise


def _api(settings: Settings) -> Flask:
    from api import ApiServices, create_app  # noqa: PLC0415
    from kg.embedding import Embedders  # noqa: PLC0415
    from kg.graph import ProductGraph  # noqa: PLC0415
    from search.index import Follower, LocalIndex  # noqa: PLC0415
    from shelfgraph.broker import Broker  # noqa: PLC0415
    from shelfgraph.clock import SystemClock  # noqa: PLC0415

    graph = ProductGraph.connect(settings)
    graph.ensure_schema()
    broker = Broker(settings.broker_url, settings)
    embedders = Embedders(settings)  # one for queries and pushes: each holds its models
    index = LocalIndex(embedders)
    follower = Follower(graph, index, settings.home_path / "index", broker=broker)
    follower.start()
    return create_app(
        ApiServices(
            settings=settings,
            graph=graph,
            broker=broker,
            blobs=blobs(settings),
            index=index,
            follower=follower,
            writer=catalog_writer(settings, graph, broker, embedders),
            load_reader=partial(_attribute_reader, settings),
            clock=SystemClock(),
        )
    )


@lru_cache(maxsize=1)
def worker_services() -> WorkerServices:
    """What the tasks of this worker child work with; made by the first of them."""
    from kg.embedding import Embedders  # noqa: PLC0415
    from kg.graph import ProductGraph  # noqa: PLC0415
    from shelfgraph.broker import Broker  # noqa: PLC0415
    from workers import WorkerServices  # noqa: PLC0415

    settings = get_settings()
    graph = ProductGraph.connect(settings)
    broker = Broker(settings.broker_url, settings)

    @lru_cache(maxsize=1)
    def generator() -> Any:  # noqa: ANN401 - generation is imported when a text is asked for, not before
        from generation.engine import load_generator  # noqa: PLC0415

        return load_generator(settings)

    return WorkerServices(
        settings=settings,
        graph=graph,
        broker=broker,
        blobs=blobs(settings),
        writer=catalog_writer(settings, graph, broker, Embedders(settings)),
        generator=generator,
    )


@lru_cache(maxsize=1)
def _celery() -> Celery:
    from celery.signals import (  # type: ignore[import-untyped]  # ships no types  # noqa: PLC0415
        beat_embedded_init,
        setup_logging,
        worker_process_init,
        worker_ready,
    )

    from shelfgraph.broker import celery_app  # noqa: PLC0415
    from workers import register_tasks  # noqa: PLC0415
    from workers.parent import end_with_parent  # noqa: PLC0415

    settings = get_settings()
    app = celery_app(settings)
    register_tasks(app, worker_services)

    def configure_logs(**_: object) -> None:
        logs.configure(settings, process=os.environ.get("SHELFGRAPH_PROCESS", "worker"))

    def take_up_own_claims(**_: object) -> None:
        for queue in app.amqp.queues.consume_from:
            if queue != "maintain":
                app.send_task("maintain.resume", kwargs={"queue": queue}, queue="maintain", ignore_result=True)

    # Celery keeps weak references to receivers unless told otherwise.
    setup_logging.connect(configure_logs, weak=False)
    worker_process_init.connect(end_with_parent, weak=False)
    worker_ready.connect(take_up_own_claims, weak=False)
    beat_embedded_init.connect(end_with_parent, weak=False)
    return app


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the signature the language asks for
    """``shelfgraph.wiring.celery``, made when Celery asks for it and not when gunicorn imports this module."""
    if name == "celery":
        return _celery()
    raise AttributeError(name)

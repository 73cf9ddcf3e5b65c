"""Prometheus metrics: what was asked and how long it took, and how far the graph, the index and the queues are."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from flask import g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from shelfgraph.broker import QUEUES
from shelfgraph.errors import ShelfgraphError

if TYPE_CHECKING:
    from flask import Flask, Response

    from api.services import ApiServices

MEDIA_TYPE: Final = CONTENT_TYPE_LATEST
_EXTENSION: Final = "shelfgraph.metrics"
_BUCKETS: Final = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The metrics of one app; each app has a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter("shelfgraph_requests", "Requests answered.", labels, registry=self.registry)
        self.seconds = Histogram(
            "shelfgraph_request_seconds",
            "Seconds until a request was answered.",
            ("method", "route"),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._catalogue = self._gauge("catalogue_version", "Version of the last commit in the graph.")
        self._index = self._gauge("index_version", "Catalogue version that the search index has.")
        self._products = self._gauge("products", "Products in the catalogue.")
        self._waiting = self._gauge("jobs_waiting", "Jobs accepted and not begun.")
        self._queues = Gauge(
            "shelfgraph_queue_depth", "Messages in a queue.", labelnames=("queue",), registry=self.registry
        )

    def _gauge(self, name: str, text: str) -> Gauge:
        return Gauge(f"shelfgraph_{name}", text, registry=self.registry)

    def render(self, api: ApiServices) -> bytes:
        """Everything in Prometheus' text format; what does not answer now keeps its last value."""
        self._index.set(api.index.version)
        with suppress(ShelfgraphError):
            self._catalogue.set(api.graph.changes.version())
            self._products.set(api.graph.products.count())
            self._waiting.set(api.graph.jobs.waiting())
        with suppress(ShelfgraphError):
            for queue in QUEUES:
                self._queues.labels(queue=queue).set(api.broker.depth(queue))
        return generate_latest(self.registry)


def register(app: Flask) -> Metrics:
    """Count and time every request of ``app``, by the route's pattern: ids never become labels."""
    metrics = Metrics()
    app.extensions[_EXTENSION] = metrics

    @app.before_request
    def _begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def _count(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        method = request.method if request.method in _METHODS else "other"
        metrics.requests.labels(method=method, route=route, status=str(response.status_code)).inc()
        metrics.seconds.labels(method=method, route=route).observe(time.perf_counter() - g.began)
        return response

    return metrics


def of(app: Flask) -> Metrics:
    """The metrics of an app."""
    found: Metrics = app.extensions[_EXTENSION]
    return found


_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

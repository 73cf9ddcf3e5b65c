"""The API over the real stack: embedded graph and broker, the index that follows, the packaged models."""

from __future__ import annotations

import dataclasses
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from api import ApiServices, create_app
from kg.extraction import load_attribute_reader
from kg.ingestion import CatalogWriter, SequencedProduct, SequencedReview
from search.index import Follower, LocalIndex
from shelfgraph.blobs import Blobs
from shelfgraph.broker import CHANGES_CHANNEL, Broker
from shelfgraph.clock import SystemClock
from shelfgraph.settings import Settings
from workers.services import WorkerServices

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from apiflask import APIFlask
    from werkzeug.test import TestResponse

    from kg.embedding import Embedders
    from kg.extraction import Extractor
    from kg.graph import ProductGraph
    from kg.model import Product, Review

ADMIN = "sg_the-bootstrap-key-of-the-tests"


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@dataclass
class Caller:
    """Somebody with a key."""

    app: APIFlask
    key: str | None = ADMIN

    def call(self, method: str, path: str, **options: Any) -> TestResponse:
        headers = dict(options.pop("headers", {}))
        if self.key is not None:
            headers.setdefault("Authorization", f"Bearer {self.key}")
        with self.app.test_client() as client:
            return client.open(path, method=method, headers=headers, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.call("GET", path, **options)

    def post(self, path: str, **options: Any) -> TestResponse:
        return self.call("POST", path, **options)

    def put(self, path: str, **options: Any) -> TestResponse:
        return self.call("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> TestResponse:
        return self.call("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> TestResponse:
        return self.call("DELETE", path, **options)

    def with_scopes(self, *scopes: str) -> Caller:
        made = self.post("/v1/keys", json={"name": "test", "scopes": list(scopes)})
        assert made.status_code == 201, made.text
        return Caller(self.app, made.json["key"])


@pytest.fixture
def settings(session_home: Path) -> Settings:
    return Settings(
        home=session_home,
        api_key=ADMIN,
        rate_limit="100000/minute",
        import_max_upload_bytes=8 << 20,
        version_wait=60,  # a wait ends when the version is there
    )


@pytest.fixture
def make_services(
    graph: ProductGraph, valkey_url: str, tmp_path: Path, embedders: Embedders, extractor: Extractor
) -> Iterator[Callable[[Settings], ApiServices]]:
    closing: list[Callable[[], None]] = []

    def make(settings: Settings) -> ApiServices:
        broker = Broker(valkey_url, settings)
        closing.append(broker.close)
        index = LocalIndex(embedders)
        follower = Follower(graph, index, tmp_path / "index", broker=broker)
        follower.start()
        closing.append(follower.stop)
        return ApiServices(
            settings=settings,
            graph=graph,
            broker=broker,
            blobs=Blobs(str(tmp_path / "blobs")),
            index=index,
            follower=follower,
            writer=CatalogWriter(
                graph,
                load_extractor=lambda: extractor,
                embedders=embedders,
                announce=lambda version: broker.publish(CHANGES_CHANNEL, str(version).encode()),
            ),
            load_reader=lambda language: load_attribute_reader(
                settings, language=language, model=settings.attribute_model
            ),
            clock=SystemClock(),
        )

    yield make
    for close in reversed(closing):
        close()


@pytest.fixture
def services(make_services: Callable[[Settings], ApiServices], settings: Settings) -> ApiServices:
    return make_services(settings)


@pytest.fixture
def admin(services: ApiServices) -> Caller:
    return Caller(create_app(services))


@pytest.fixture
def caller() -> Callable[..., Caller]:
    """Makes an admin of an API over some services."""
    return lambda services, key=ADMIN: Caller(create_app(services), key)


@pytest.fixture
def broker_away(valkey_url: str) -> Iterator[Callable[[ApiServices], ApiServices]]:
    """Makes the same services with a broker that does not answer."""
    del valkey_url
    made: list[Broker] = []

    def make(services: ApiServices) -> ApiServices:
        broker = Broker(f"redis://127.0.0.1:{free_port()}/0", services.settings)
        made.append(broker)
        return dataclasses.replace(services, broker=broker)

    yield make
    for broker in made:
        broker.close()


@dataclass
class Worker:
    """Does what a worker does, here and now."""

    services: WorkerServices

    def run_import(self, import_id: str) -> None:
        from workers.imports import run_import

        assert run_import(import_id, services=self.services, worker="test")

    def run_job(self, job_id: str) -> None:
        from workers.jobs import run_job

        assert run_job(job_id, services=self.services, worker="test")


@pytest.fixture
def worker(services: ApiServices) -> Worker:
    def generator() -> Any:
        from generation.engine import load_generator

        return load_generator(services.settings)

    return Worker(
        WorkerServices(
            settings=services.settings,
            graph=services.graph,
            broker=services.broker,
            blobs=services.blobs,
            writer=services.writer,
            generator=generator,
        )
    )


@pytest.fixture
def nobody(admin: Caller) -> Caller:
    return Caller(admin.app, None)


@pytest.fixture
def shop(services: ApiServices, sample_products: list[Product], sample_reviews: list[Review]) -> ApiServices:
    """A corner of the sample shop: coffee machines and what goes with them, with their reviews."""
    chosen = [product for product in sample_products if product.product_id.startswith(("HK-10", "HK-20"))]
    ids = {product.product_id for product in chosen}
    first = services.graph.next_sequence()
    services.writer.write([SequencedProduct(first + line, product) for line, product in enumerate(chosen)])
    reviews = [review for review in sample_reviews if review.product_id in ids]
    services.writer.write_reviews([SequencedReview(first + line, review) for line, review in enumerate(reviews)])
    return services


@pytest.fixture(scope="session")
def refused() -> Callable[..., dict[str, Any]]:
    """Asserts that a call was refused with a status and a code, and gives the problem body."""

    def check(response: TestResponse, status: int, code: str) -> dict[str, Any]:
        assert response.status_code == status, response.text
        assert response.mimetype == "application/problem+json"
        body: dict[str, Any] = response.get_json(force=True)
        assert body["code"] == code
        assert body["type"].endswith(f"/{code}")
        assert body["status"] == status
        assert body["title"]
        return body

    return check

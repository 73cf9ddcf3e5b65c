"""Workers' services on real servers, called without Celery; tests/faults has the processes."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from kg.graph import ImportRequest
from kg.ingestion import CatalogWriter
from shelfgraph.blobs import Blobs
from shelfgraph.broker import Broker
from workers import WorkerServices
from workers.imports import run_import

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kg.embedding import Embedders
    from kg.extraction import Extractor
    from kg.graph import Import, ProductGraph
    from shelfgraph.settings import Settings

WORKER = "import@test/0"


class Shop:
    """A graph, a broker and blobs, and what the API would do with a feed."""

    def __init__(
        self,
        graph: ProductGraph,
        broker: Broker,
        blobs: Blobs,
        settings: Settings,
        extractor: Extractor,
        embedders: Embedders,
    ) -> None:
        self.graph = graph
        self.broker = broker
        self.blobs = blobs
        self.settings = settings
        self.on_commit: Callable[[int], None] = lambda _version: None
        writer = CatalogWriter(
            graph,
            load_extractor=lambda: extractor,
            embedders=embedders,
            announce=lambda version: self.on_commit(version),  # noqa: PLW0108 - a test sets another later
        )
        self.services = WorkerServices(
            settings=settings, graph=graph, broker=broker, blobs=blobs, writer=writer, generator=_no_generator
        )

    def accept(self, body: bytes | list[Any], **request: Any) -> str:
        if isinstance(body, list):
            body = feed(body)
        name = f"uploads/{len(self.blobs.names('uploads'))}"
        info = self.blobs.put(name, [body])
        asked = ImportRequest(blob=name, size_bytes=info.size, sha256=info.sha256, **request)
        return self.graph.imports.accept(asked).import_id

    def run(self, import_id: str) -> Import:
        run_import(import_id, services=self.services, worker=WORKER)
        return self.look(import_id)

    def look(self, import_id: str) -> Import:
        found = self.graph.imports.get(import_id)
        assert found is not None
        return found

    def rejected(self, import_id: str) -> list[dict[str, Any]]:
        rows = []
        for name in self.blobs.names(f"imports/{import_id}/rejected"):
            with self.blobs.open(name) as file:
                rows += [json.loads(line) for line in file]
        return rows


def _no_generator() -> Any:
    raise AssertionError("an import generates nothing")


def feed(rows: list[Any]) -> bytes:
    return b"".join(one if isinstance(one, bytes) else json.dumps(one).encode() + b"\n" for one in rows)


def product(number: int, **fields: Any) -> dict[str, Any]:
    return {"product_id": f"P-{number:03d}", "title": f"Steel bottle {number}", "language": "en", **fields}


def cut_gzip(body: bytes) -> bytes:
    packed = gzip.compress(body, compresslevel=0)
    return packed[: len(packed) * 3 // 4]


@pytest.fixture
def shop(
    graph: ProductGraph,
    arcadedb_settings: Settings,
    valkey_url: str,
    session_home: Path,
    tmp_path: Path,
    extractor: Extractor,
    embedders: Embedders,
) -> Iterator[Shop]:
    settings = arcadedb_settings.model_copy(
        update={"home": session_home, "broker_url": valkey_url, "import_batch": 8, "lease_seconds": 30}
    )
    broker = Broker(valkey_url, settings)
    yield Shop(graph, broker, Blobs(str(tmp_path / "blobs")), settings, extractor, embedders)
    broker.close()

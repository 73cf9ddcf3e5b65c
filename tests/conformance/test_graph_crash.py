"""kill -9 of the embedded graph under writes: what was acknowledged is there, and no batch is there in part."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from kg.graph import ImportCheckpoint, ImportCounts, ImportRequest, ProductGraph, ProductWrite
from kg.model import Entity, Fact, Product, fact_id
from shelfgraph.embedded import ArcadeDB
from shelfgraph.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

BATCH = 20


def a_batch(number: int) -> list[ProductWrite]:
    rows = []
    for item in range(BATCH):
        product_id = f"{number:04d}-{item:02d}"
        facts = tuple(
            Fact(fact_id=fact_id(product_id, "FEATURE", "affirmed", key), product_id=product_id, relation="FEATURE",
                 polarity="affirmed", entity=Entity("Feature", key, key), confidence=1.0)
            for key in (f"feature {number % 7}", f"feature {item}")
        )  # fmt: skip
        rows.append(
            ProductWrite(
                product=Product(product_id=product_id, title="t"),
                sequence=10**9 + number * BATCH + item,
                content_hash="h",
                offer_hash="h",
                facts=facts,
                embedding=[0.5] * 64,
                embedding_model="m",
            )
        )
    return rows


def test_acknowledged_writes_survive_a_kill(tmp_path: Path) -> None:
    with ArcadeDB(tmp_path / "graph", heap="512m") as server:
        env = server.settings_env()
        named = {name.removeprefix("SHELFGRAPH_").lower(): value for name, value in env.items()}
        settings = Settings(home=tmp_path, **named)
        graph = ProductGraph.connect(settings)
        graph.ensure_schema()
        import_id = graph.imports.accept(ImportRequest()).import_id
        graph.imports.claim(import_id, "w", 600)
        acknowledged: list[tuple[int, int]] = []
        errors: list[BaseException] = []
        stop = threading.Event()

        def write() -> None:
            number = 0
            try:
                while not stop.is_set():
                    counts = ImportCounts(read=(number + 1) * BATCH)
                    checkpoint = ImportCheckpoint(import_id, (number + 1) * BATCH, counts, None, "w")
                    receipt = graph.products.write(a_batch(number), checkpoint=checkpoint)
                    acknowledged.append((number, receipt.version))
                    number += 1
            except BaseException as error:  # noqa: BLE001 - told by the test itself
                errors.append(error)

        writer = threading.Thread(target=write)
        writer.start()
        for _ in range(2):
            before = len(acknowledged)
            while len(acknowledged) < before + 5 and writer.is_alive():
                time.sleep(0.02)
            assert server.process is not None
            server.process.kill()
            server.process.wait()
            server.start()
            server.wait_ready()
        before = len(acknowledged)
        while len(acknowledged) < before + 3 and writer.is_alive():
            time.sleep(0.02)
        stop.set()
        writer.join()
        assert errors == [], "a crash is waited out"
        check_everything_is_there(graph, acknowledged)
        done = graph.imports.get(import_id)
        assert done is not None
        assert done.line == len(acknowledged) * BATCH
        graph.close()


def check_everything_is_there(graph: ProductGraph, acknowledged: list[tuple[int, int]]) -> None:
    batches = [number for number, _version in acknowledged]
    assert batches == list(range(len(batches)))
    assert [version for _number, version in acknowledged] == [number + 1 for number in batches]
    stored = {one.product_id: one for one in graph.changes.since(0, limit=100_000).products}
    assert len(stored) == len(batches) * BATCH
    assert all(len(one.facts) == len({fact.fact_id for fact in one.facts}) >= 1 for one in stored.values())
    for number in batches:
        versions = {stored[f"{number:04d}-{item:02d}"].version for item in range(BATCH)}
        assert versions == {number + 1}
    assert graph.changes.version() == len(batches)

"""Many writers: nothing is lost, nothing is doubled, versions commit in their order."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.graph import Idempotency, ImportRequest, ProductGraph

if TYPE_CHECKING:
    from shelfgraph.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
_WRITER = """
import sys
from kg.graph import Idempotency, ImportRequest, ProductGraph, ProductWrite
from kg.model import Entity, Fact, Product, fact_id
from shelfgraph.settings import Settings

number = int(sys.argv[1])
graph = ProductGraph.connect(Settings())
sys.stdin.readline()
for step in range(8):
    batch = []
    for item in range(5):
        product_id = f"{number}-{step}-{item}"
        key = f"shared {item}"
        fact = Fact(fact_id=fact_id(product_id, "COLOR", "affirmed", key), product_id=product_id, relation="COLOR",
                    polarity="affirmed", entity=Entity("Color", key, key), confidence=1.0)
        batch.append(ProductWrite(product=Product(product_id=product_id, title="t"), sequence=graph.next_sequence(),
                                  content_hash="h", offer_hash="h", facts=(fact,)))
    batch.append(ProductWrite(product=Product(product_id="contended", title=str(number)),
                              sequence=graph.next_sequence(), content_hash=f"{number}-{step}", offer_hash="h",
                              facts=()))
    print(graph.products.write(batch).version, flush=True)
graph.imports.accept(ImportRequest(), idempotency=Idempotency("one", "same", "all"))
graph.close()
"""


def test_threads_lose_nothing(shop: Any) -> None:
    graph = shop.graph

    def write(number: int) -> int:
        row = shop.row(f"P{number}", shop.fact(f"P{number}", "COLOR", "red"), sequence=number + 1)
        version: int = graph.products.write([row]).version
        return version

    with ThreadPoolExecutor(8) as pool:
        versions = list(pool.map(write, range(40)))
        sequences = list(pool.map(lambda _: graph.next_sequence(), range(40)))
    assert sorted(versions) == list(range(1, 41))
    assert len(set(sequences)) == 40
    assert graph.products.count() == 40
    assert graph.statistics()["entities"]["Color"] == 1
    assert graph.statistics()["facts"]["COLOR"] == 40


def test_processes_lose_nothing(any_graph: ProductGraph, graph_settings: Settings, session_home: Path) -> None:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "SHELFGRAPH_HOME": str(session_home),
        "SHELFGRAPH_GRAPH_URI": graph_settings.graph_uri,
        "SHELFGRAPH_GRAPH_PASSWORD": graph_settings.graph_password.get_secret_value(),
        "SHELFGRAPH_GRAPH_HTTP_URL": graph_settings.graph_http_url,
    }
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(number)], env=environment, cwd=ROOT, text=True,
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for number in range(3)
    ]  # fmt: skip
    outputs = []
    with ThreadPoolExecutor(3) as pool:
        for output, errors in pool.map(lambda writer: writer.communicate("go\n", timeout=300), writers):
            assert errors == ""
            outputs += [int(line) for line in output.split()]
    assert sorted(outputs) == list(range(1, 25))
    assert any_graph.products.count() == 3 * 8 * 5 + 1
    assert any_graph.statistics()["entities"]["Color"] == 5
    assert any_graph.statistics()["facts"]["COLOR"] == 120
    assert len(any_graph.imports.page().results) == 1, "one idempotency key, one import"


def test_one_of_many_workers_gets_the_job(any_graph: ProductGraph) -> None:
    job_id = any_graph.jobs.accept("ad_copy", {}).job_id
    import_id = any_graph.imports.accept(ImportRequest()).import_id
    with ThreadPoolExecutor(8) as pool:
        jobs = list(pool.map(lambda number: any_graph.jobs.claim(job_id, f"w{number}", 60), range(8)))
        imports = list(pool.map(lambda number: any_graph.imports.claim(import_id, f"w{number}", 60), range(8)))
    assert sum(job is not None for job in jobs) == 1
    assert sum(one is not None for one in imports) == 1


def test_one_key_at_once_makes_one_import(any_graph: ProductGraph) -> None:
    key = Idempotency("k", "f", "o")
    with ThreadPoolExecutor(8) as pool:
        accepted = list(pool.map(lambda _: any_graph.imports.accept(ImportRequest(), idempotency=key), range(8)))
    assert len({one.import_id for one in accepted}) == 1
    assert len(any_graph.imports.page().results) == 1


def test_a_reader_never_sees_a_version_before_its_products(shop: Any) -> None:
    """A follower that reads while others write has everything at the version it was told."""
    graph = shop.graph
    done = threading.Event()

    def write() -> None:
        try:
            for number in range(30):
                one = shop.row(f"P{number}", sequence=number + 1)
                hot = shop.row("hot", sequence=number + 1, title=str(number))
                graph.products.write([one, hot])
        finally:
            done.set()

    thread = threading.Thread(target=write)
    thread.start()
    have: dict[str, int] = {}
    version = 0
    while True:
        last_round = done.is_set()
        batch = graph.changes.since(version, limit=1000)
        have.update({one.product_id: one.version for one in batch.products})
        version = batch.version
        assert {f"P{number}" for number in range(version)} <= set(have)
        assert version == 0 or have["hot"] >= version
        if last_round:
            break
    thread.join()
    assert version == 30


def test_a_text_and_the_write_that_retracts_its_fact_never_miss_each_other(shop: Any) -> None:
    graph = shop.graph
    for number in range(8):
        product_id = f"P{number}"
        fact = shop.fact(product_id)
        graph.products.write([shop.row(product_id, fact, sequence=1)])
        job_id = graph.jobs.accept("ad_copy", {}).job_id
        graph.jobs.claim(job_id, "w", 60)
        text = shop.text(product_id, fact.fact_id)
        with ThreadPoolExecutor(2) as pool:
            retraction = pool.submit(graph.products.write, [shop.row(product_id, sequence=2, title="other")])
            success = pool.submit(graph.jobs.succeed, job_id, [text], "w")
            retraction.result()
            assert success.result()
        assert shop.state_of(text.text_id) == "stale"

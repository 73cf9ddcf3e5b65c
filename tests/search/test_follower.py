from __future__ import annotations

import threading
import time
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from kg.graph import ChangeBatch, ChangedProduct, ProductGraph, ProductWrite
from kg.model import Price, Product
from search.index import Follower, LocalIndex
from search.query import parse
from shelfgraph.broker import CHANGES_CHANNEL, Broker
from shelfgraph.errors import GraphError
from tests.search.conftest import change, gone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PATIENCE = 60  # seconds, for a machine that is busy with other things


class Changes:
    """A graph's changes kept in memory: the seam's other implementation, one that can be made to fail."""

    def __init__(self) -> None:
        self.products: dict[str, ChangedProduct] = {}
        self.at = 0
        self.down: Exception | None = None
        self._whole = threading.Lock()  # a version is never seen without its products

    @property
    def changes(self) -> Changes:
        return self

    def commit(self, *changes: ChangedProduct) -> int:
        with self._whole:
            self.at += 1
            for one in changes:
                self.products[one.product_id] = one
            return self.at

    def version(self) -> int:
        if self.down:
            raise self.down
        return self.at

    def since(self, version: int, *, limit: int = 500, after: tuple[int, str] | None = None) -> ChangeBatch:
        del limit
        if self.down:
            raise self.down
        with self._whole:
            keyed = {(one.version, one.product_id): one for one in self.products.values() if one.version > version}
            page = [keyed[key] for key in sorted(keyed) if after is None or key > after][:2]
            rest = [key for key in sorted(keyed) if page and key > (page[-1].version, page[-1].product_id)]
            return ChangeBatch(tuple(page), self.at, (page[-1].version, page[-1].product_id) if rest else None)


@pytest.fixture
def followed(tmp_path: Path) -> Iterator[Callable[[Changes], Follower]]:
    started: list[Follower] = []

    def start(graph: Changes) -> Follower:
        follower = Follower(graph, LocalIndex(), tmp_path / "index")
        follower.start()
        started.append(follower)
        return follower

    yield start
    for follower in started:
        follower.stop()


def titles(follower: Follower) -> set[str]:
    return {hit.title for hit in follower._index.search(parse("", limit=100)).results}


def named(product_id: str, version: int, title: str = "") -> ChangedProduct:
    return change(Product(product_id=product_id, title=title or product_id), version)


def test_it_catches_up_over_pages_and_follows(followed: Callable[[Changes], Follower]) -> None:
    graph = Changes()
    graph.commit(*(named(f"P{n}", 1) for n in range(7)))
    follower = followed(graph)
    assert follower.wait_for(1, PATIENCE)
    assert len(titles(follower)) == 7
    graph.commit(named("P1", 2, "renamed"), gone("P2", 2))
    assert follower.wait_for(2, PATIENCE)
    assert titles(follower) == {"P0", "renamed", "P3", "P4", "P5", "P6"}
    assert (follower.lag, follower.ready) == (0, True)


def test_waiting_for_what_never_comes_ends(followed: Callable[[Changes], Follower]) -> None:
    follower = followed(Changes())
    started = time.monotonic()
    assert not follower.wait_for(99, 0.3)
    assert time.monotonic() - started > 0.25


@pytest.mark.parametrize("fault", [GraphError("graph.unavailable", "The graph is away."), RuntimeError("a bug")])
def test_it_outlives_an_outage(followed: Callable[[Changes], Follower], fault: Exception) -> None:
    graph = Changes()
    graph.commit(named("A", 1))
    follower = followed(graph)
    assert follower.wait_for(1, PATIENCE)
    graph.down = fault
    graph.commit(named("B", 2))
    assert not follower.wait_for(2, 0.5)
    assert "A" in titles(follower) or isinstance(fault, RuntimeError)  # searches go on meanwhile
    graph.down = None
    assert follower.wait_for(2, PATIENCE)
    assert titles(follower) == {"A", "B"}


def test_a_graph_that_went_back_makes_it_start_anew(followed: Callable[[Changes], Follower]) -> None:
    graph = Changes()
    graph.at = 8
    graph.commit(named("A", 9))
    follower = followed(graph)
    assert follower.wait_for(9, PATIENCE)
    graph.products, graph.at = {}, 0
    graph.commit(named("B", 1))
    # Version 9 says nothing here, and products are seen a moment before the version that promises them.
    deadline = time.monotonic() + PATIENCE
    while follower.version != 1 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert follower.version == 1
    assert titles(follower) == {"B"}


def test_it_goes_on_from_its_snapshot(tmp_path: Path) -> None:
    graph = Changes()
    graph.commit(named("A", 1), named("B", 1))
    first = Follower(graph, LocalIndex(), tmp_path)
    first.start()
    assert first.wait_for(1, PATIENCE)
    first.stop()
    graph.products.pop("A")  # the graph would no longer tell it: only the snapshot knows
    graph.commit(gone("B", 2), named("C", 2))
    second = Follower(graph, LocalIndex(), tmp_path)
    second.start()
    assert second.wait_for(2, PATIENCE)
    assert titles(second) == {"A", "C"}
    second.stop()
    assert not any(thread.name.startswith("index-") for thread in threading.enumerate())


@pytest.mark.slow
def test_it_follows_a_real_graph_on_signals(graph: ProductGraph, valkey_url: str, tmp_path: Path) -> None:
    broker = Broker(valkey_url)
    follower = Follower(graph, LocalIndex(), tmp_path, broker=broker)
    follower.start()
    try:
        product = Product(product_id="A", title="Blue kettle", price=Price(Decimal("9.50"), "EUR"))
        write = ProductWrite(product=product, sequence=1, content_hash="c", offer_hash="o", facts=())
        receipt = graph.products.write([write])
        broker.publish(CHANGES_CHANNEL, b"%d" % receipt.version)
        assert follower.wait_for(receipt.version, PATIENCE)
        assert titles(follower) == {"Blue kettle"}
        gone_at = graph.products.delete(["A"], sequence=2).version
        assert follower.wait_for(gone_at, PATIENCE)
        assert titles(follower) == set()
    finally:
        follower.stop()
        broker.close()

"""Fixtures every package's tests may use: real servers started once per session when first asked for, the sample shop.

* ``graph``: a ProductGraph on the embedded engine, emptied before the test. ``any_graph``: the same on both engines.
* ``arcadedb_settings``, ``neo4j_settings``, ``valkey_url``: the servers themselves.
* ``shared``: the folder of large real data beside the checkout; the test skips where it is absent.
* ``models``: converted models, made once for all test processes; ``extractor``, ``embedders``: what reads a catalogue.
* ``stack``: every process of `shelfgraph up`, to be used through its API and its commands.
* ``sample_products``, ``sample_reviews``: the sample shop.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from kg.model import Price, Product, Review
from shelfgraph.settings import Settings, get_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.embedding import Embedders
    from kg.extraction import Extractor
    from kg.graph import ProductGraph

    from .stack import Stack

ROOT = Path(__file__).resolve().parent.parent
_NEO4J_PASSWORD = "changeme-1"

# Hypothesis fails an example that took 200 ms, which on a busy machine any does.
hypothesis.settings.register_profile(
    "patient", hypothesis.settings(), deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("patient")


def pytest_configure(config: pytest.Config) -> None:
    """Drop the developer's settings: tests see defaults and what they set themselves."""
    del config
    for name in [name for name in os.environ if name.startswith("SHELFGRAPH_")]:
        del os.environ[name]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest first, so that no test process begins one when the others are done."""
    items.sort(key=lambda item: item.get_closest_marker("e2e") is None)


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where converted models lie, for every process of this run: converting one takes longer than most tests."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "models"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def session_home(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Path:
    """A data folder shared by the session."""
    home = tmp_path_factory.mktemp("home")
    (home / "models").symlink_to(models)
    return home


@pytest.fixture(scope="session")
def extractor(session_home: Path) -> Extractor:
    """The relation extractor of the default settings."""
    from kg.extraction import load_extractor

    return load_extractor(Settings(home=session_home))


@pytest.fixture(scope="session")
def embedders(session_home: Path) -> Embedders:
    """The embedders of the default settings."""
    from kg.embedding import Embedders

    return Embedders(Settings(home=session_home, model_threads=1))


@pytest.fixture(autouse=True)
def _clean_settings(session_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SHELFGRAPH_HOME", str(session_home))
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder ``shared`` beside the checkout."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs the folder ../shared, which is not here")
    return folder


@pytest.fixture(scope="session")
def arcadedb_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings that point at an embedded graph server of this session."""
    from shelfgraph.embedded import ArcadeDB

    with ArcadeDB(tmp_path_factory.mktemp("arcadedb"), heap="768m") as server:
        yield settings_from(server.settings_env())


@pytest.fixture(scope="session")
def neo4j_settings(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings that point at a real Neo4j of this session; skips where there is none."""
    start = shared / "neo4j" / "start"
    if not start.exists() or shutil.which("java") is None:
        pytest.skip("needs ../shared/neo4j and Java 17 on PATH")
    home = tmp_path_factory.mktemp("neo4j")
    bolt, http = free_port(), free_port()
    log = home / "start.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [start, "--home", home, "--bolt", str(bolt), "--http", str(http), "--heap", "768m"],
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_for_port(bolt, process, log)
        yield Settings(graph_uri=f"bolt://127.0.0.1:{bolt}", graph_user="neo4j", graph_password=_NEO4J_PASSWORD)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def _arcadedb_schema(arcadedb_settings: Settings) -> Settings:
    return _with_schema(arcadedb_settings)


@pytest.fixture(scope="session")
def _neo4j_schema(neo4j_settings: Settings) -> Settings:
    return _with_schema(neo4j_settings)


@pytest.fixture
def graph(_arcadedb_schema: Settings) -> Iterator[ProductGraph]:
    """An empty ProductGraph on the embedded engine."""
    yield from _empty_graph(_arcadedb_schema)


@pytest.fixture(params=["arcadedb", "neo4j"])
def graph_settings(request: pytest.FixtureRequest) -> Settings:
    """Settings of a graph with its schema, once for each engine."""
    settings: Settings = request.getfixturevalue(f"_{request.param}_schema")
    return settings


@pytest.fixture
def any_graph(graph_settings: Settings) -> Iterator[ProductGraph]:
    """An empty ProductGraph, once on each engine."""
    yield from _empty_graph(graph_settings)


@pytest.fixture(scope="session")
def valkey_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a broker of this session, with whatever earlier tests left in it."""
    from shelfgraph.embedded import Valkey

    with Valkey(tmp_path_factory.mktemp("valkey")) as server:
        yield server.url


@pytest.fixture
def valkey_url(valkey_server: str) -> str:
    """The address of an empty broker."""
    import redis

    client = redis.Redis.from_url(valkey_server)
    client.flushall()
    client.close()
    return valkey_server


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[Stack]:
    """`shelfgraph up` of this session, empty at first; a test brings what it needs and leaves it running."""
    from .stack import Stack, generator_server

    with generator_server() as url:
        running = Stack(tmp_path_factory.mktemp("stack"), free_port(), SHELFGRAPH_GENERATOR_URL=url)
        running.lend(models)
        running.start()
        try:
            running.wait_ready()
            yield running
        finally:
            running.stop()


@pytest.fixture(scope="session")
def sample_products() -> list[Product]:
    """The products of the sample shop."""
    return [_product(row) for row in _rows("catalog.jsonl")]


@pytest.fixture(scope="session")
def sample_reviews() -> list[Review]:
    """The reviews of the sample shop."""
    return [Review(**row) for row in _rows("reviews.jsonl")]


def settings_from(environment: dict[str, str]) -> Settings:
    """Settings of environment variables that are not set."""
    fields: dict[str, Any] = {name.removeprefix("SHELFGRAPH_").lower(): value for name, value in environment.items()}
    return Settings(**fields)


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _rows(name: str) -> list[dict[str, Any]]:
    with (ROOT / "sample" / name).open(encoding="utf-8") as file:
        return [json.loads(line, parse_float=Decimal) for line in file if line.strip()]


def _product(row: dict[str, Any]) -> Product:
    price = row.pop("price", None)
    if price:
        price = Price(Decimal(price["amount"]), price.get("currency"))
    row["bullets"] = tuple(row.get("bullets") or ())
    row["product_type"] = tuple(row.get("product_type") or ())
    row["description"] = row.get("description") or ""
    return Product(price=price, **row)


def _with_schema(settings: Settings) -> Settings:
    from kg.graph import ProductGraph

    graph = ProductGraph.connect(settings)
    try:
        graph.ensure_schema()
    finally:
        graph.close()
    return settings


def _empty_graph(settings: Settings) -> Iterator[ProductGraph]:
    from kg.graph import ProductGraph

    graph = ProductGraph.connect(settings)
    try:
        graph.wipe()
        yield graph
    finally:
        graph.close()


def _wait_for_port(port: int, process: subprocess.Popen[bytes], log: Path, timeout: float = 240.0) -> None:
    deadline = time.monotonic() + timeout
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1.0).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(log.read_text(encoding="utf-8", errors="replace")[-2000:]) from None
            time.sleep(0.1)
        else:
            return

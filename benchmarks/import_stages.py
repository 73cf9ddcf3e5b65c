"""What each stage of an import can do alone, in one process, on a real catalogue; one figure a line.

The graph stage starts the embedded graph in a temporary folder.

Usage: ``python benchmarks/import_stages.py [--limit N]``.
"""

from __future__ import annotations

import argparse
import gzip
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import esci
import psutil

from kg.catalog import FeedLimits, ProductRow, content_hash, offer_hash, read_products
from kg.embedding import Embedders
from kg.extraction import load_extractor
from kg.facts import read_facts
from kg.graph import ProductGraph, ProductWrite
from search.index import LocalIndex
from shelfgraph.embedded.arcadedb import ArcadeDB
from shelfgraph.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kg.model import Fact, Product

BATCH = 256


def timed(name: str, count: int, work: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the stage returns
    """Run one stage, print its rate and its processor time, that of the servers it started included."""
    start, before = time.perf_counter(), processor_seconds()
    result = work()
    seconds, spent = time.perf_counter() - start, processor_seconds() - before
    print(f"{name}_rate {count / seconds:.1f} products/s")
    print(f"{name}_seconds {seconds:.1f} s")
    print(f"{name}_cpu {spent / count * 1000:.1f} ms/product", flush=True)
    return result


def processor_seconds() -> float:
    """What this process and its children have taken."""
    own = psutil.Process()
    times = [process.cpu_times() for process in (own, *own.children(recursive=True))]
    return sum(one.user + one.system for one in times)


def batches(products: Sequence[Product]) -> list[Sequence[Product]]:
    """The products in batches of an import."""
    return [products[start : start + BATCH] for start in range(0, len(products), BATCH)]


def write_graph(
    graph: ProductGraph, products: Sequence[Product], facts: dict[str, tuple[Fact, ...]], vectors: dict[str, Any]
) -> None:
    """Commit every product as an import would."""
    for batch in batches(products):
        graph.products.write(
            [
                ProductWrite(
                    product=product,
                    sequence=1,
                    content_hash=content_hash(product),
                    offer_hash=offer_hash(product),
                    facts=facts[product.product_id],
                    embedding=vectors[product.product_id][0],
                    embedding_model=vectors[product.product_id][1],
                )
                for product in batch
            ]
        )


def follow(graph: ProductGraph, index: LocalIndex) -> None:
    """Bring an empty index up to the graph."""
    after = None
    while True:
        batch = graph.changes.since(0, limit=500, after=after)
        index.apply(batch)
        after = batch.next_after
        if after is None:
            return


def main() -> None:
    """Time each stage."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--limit", type=int, default=0, help="only the first N products")
    limit = arguments.parse_args().limit
    esci.require_data()
    settings = Settings()

    def read() -> list[Product]:
        with gzip.open(esci.FEED, "rb") as feed:
            rows = read_products(feed, format="jsonl", mapping=esci.MAPPING, limits=FeedLimits())
            return [row.product for row in rows if isinstance(row, ProductRow)]

    products = timed("read", 6764, read)
    products = products[:limit] if limit else products
    extractor = load_extractor(settings)
    extractor.mentions(products[:8])
    facts = timed(
        "extraction", len(products), lambda: [one for b in batches(products) for one in read_facts(b, extractor)]
    )
    print(f"facts_per_product {sum(map(len, facts)) / len(products):.1f}")
    embedders = Embedders(settings)
    embedders.embed_products(products[:8])
    vectors = timed(
        "embedding", len(products), lambda: [one for b in batches(products) for one in embedders.embed_products(b)]
    )
    ids = [product.product_id for product in products]
    by_id = dict(zip(ids, facts, strict=True)), dict(zip(ids, vectors, strict=True))
    with tempfile.TemporaryDirectory() as folder, ArcadeDB(Path(folder)) as server:
        connected = Settings(
            **{name.removeprefix("SHELFGRAPH_").lower(): value for name, value in server.settings_env().items()}
        )
        graph = ProductGraph.connect(connected)
        graph.ensure_schema()
        timed("graph", len(products), lambda: write_graph(graph, products, *by_id))
        timed("index", len(products), lambda: follow(graph, LocalIndex(embedders)))
        graph.close()


if __name__ == "__main__":
    main()

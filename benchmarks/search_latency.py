"""p50 and p95 of a search in one process over a real catalogue, at 1 and 8 threads, embedding included.

One figure a line. Usage: ``python benchmarks/search_latency.py [--rounds N]``.
"""

from __future__ import annotations

import argparse
import threading
import time

import esci
from filled_index import fill

from kg.embedding import Embedders
from search.index import LocalIndex
from search.query import parse
from shelfgraph.settings import Settings

FACETS = ("brand", "color", "product_type", "availability")


def times(index: LocalIndex, queries: list[str], threads: int, rounds: int, **options: object) -> list[float]:
    """Milliseconds of each search, with that many threads at once."""
    measured: list[float] = []

    def one_thread() -> None:
        for text in queries * rounds:
            start = time.perf_counter()
            index.search(parse(text, vocabulary=index.vocabulary, **options))  # type: ignore[arg-type]
            measured.append((time.perf_counter() - start) * 1000)

    workers = [threading.Thread(target=one_thread) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return measured


def main() -> None:
    """Measure each kind of search."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=4)
    rounds = arguments.parse_args().rounds
    esci.require_data()
    settings = Settings()
    embedders = Embedders(settings)
    index = LocalIndex(embedders)
    fill(index, embedders, settings, facts=False)
    queries = [text for _, text in esci.dev_queries()]
    kinds: dict[str, tuple[list[str], dict[str, object]]] = {
        "search": (queries, {}),
        "search_with_facets": (queries, {"facets": FACETS}),
        "search_with_filter": (queries, {"filters": ["price:5..50"], "facets": FACETS}),
        "browse": ([""], {"facets": FACETS, "sort": "price"}),
    }
    for name, (texts, options) in kinds.items():
        times(index, texts, 1, 1, **options)
        for threads in (1, 8):
            start = time.perf_counter()
            measured = times(index, texts, threads, rounds, **options)
            seconds = time.perf_counter() - start
            print(f"{name}_p50_{threads}_threads {esci.percentile(measured, 0.5):.1f} ms")
            print(f"{name}_p95_{threads}_threads {esci.percentile(measured, 0.95):.1f} ms")
            print(f"{name}_rate_{threads}_threads {len(measured) / seconds:.0f} queries/s", flush=True)
    index.close()


if __name__ == "__main__":
    main()

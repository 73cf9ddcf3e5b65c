"""NDCG@10 of search on a real catalogue: words only, vectors only, both fused, with and without query understanding.

One figure a line. Usage: ``python benchmarks/search_quality.py [--facts] [--run FILE]``; ``--facts`` reads the facts of
all products first (minutes), ``--run`` writes the ranking that search gives by default.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import esci
from filled_index import fill

from kg.embedding import Embedders
from search.index import LocalIndex
from search.query import parse
from search.ranking import METHODS
from shelfgraph.settings import Settings

if TYPE_CHECKING:
    from search.query import Query


def ranking(index: LocalIndex, *, plain: bool = False) -> dict[str, list[str]]:
    """Product ids of each query, best first; ``plain`` takes the words as they are."""
    found = {}
    for query_id, text in esci.dev_queries():
        query = parse(text, vocabulary=index.vocabulary, limit=100)
        answer = index.search(as_typed(query) if plain else query)
        found[query_id] = [hit.product_id for hit in answer.results]
    return found


def as_typed(query: Query) -> Query:
    """The query without what was understood of it."""
    return replace(query, wanted=query.text, unwanted=(), entities=(), corrections=(), understood_filters=())


def main() -> None:
    """Measure each method."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--facts", action="store_true")
    arguments.add_argument("--run", type=Path)
    chosen = arguments.parse_args()
    esci.require_data()
    settings = Settings()
    embedders = Embedders(settings)
    index = LocalIndex(embedders)
    fill(index, embedders, settings, facts=chosen.facts)
    for plain in (True, False):
        for method in METHODS:
            index.rank_by(method)
            run = ranking(index, plain=plain)
            name = f"{method}_{'as_typed' if plain else 'understood'}"
            print(f"{name}_ndcg_at_10 {esci.ndcg_at_10(run):.4f}")
            print(f"{name}_recall_at_100 {esci.recall_at_100(run):.4f}")
    if chosen.run:
        index.rank_by("weighted")
        with chosen.run.open("w", encoding="utf-8") as stream:
            for query_id, found in ranking(index).items():
                stream.writelines(f"{query_id}\t{product_id}\n" for product_id in found)
    index.close()


if __name__ == "__main__":
    main()

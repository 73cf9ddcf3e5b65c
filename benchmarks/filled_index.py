"""A search index over the real catalogue, for the benchmarks that need no graph."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import esci

from kg.graph import ChangeBatch, ChangedProduct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.embedding import Embedders
    from kg.model import Fact, Product
    from search.index import LocalIndex
    from shelfgraph.settings import Settings

PAGE = 500


def fill(index: LocalIndex, embedders: Embedders, settings: Settings, *, facts: bool) -> None:
    """Put all products into the index and print what each step did a second."""
    products = esci.products()
    read: Sequence[tuple[Fact, ...]] = [()] * len(products)
    if facts:
        started = time.perf_counter()
        read = read_all_facts(products, settings)
        print(f"facts_rate {len(products) / (time.perf_counter() - started):.0f} products/s", flush=True)
    started = time.perf_counter()
    vectors = embedders.embed_products(products)
    print(f"embedding_rate {len(products) / (time.perf_counter() - started):.0f} products/s", flush=True)
    changes = tuple(
        ChangedProduct(
            product_id=product.product_id, version=1, deleted=False, product=product, facts=known, embedding=vector,
            embedding_model=model, review_count=0, rating_average=None,
        )
        for product, known, (vector, model) in zip(products, read, vectors, strict=True)
    )  # fmt: skip
    started = time.perf_counter()
    for start in range(0, len(changes), PAGE):
        page = changes[start : start + PAGE]
        last = start + PAGE >= len(changes)
        index.apply(ChangeBatch(page, 1, None if last else (1, page[-1].product_id)))
    print(f"index_rate {len(products) / (time.perf_counter() - started):.0f} products/s", flush=True)


def read_all_facts(products: Sequence[Product], settings: Settings) -> list[tuple[Fact, ...]]:
    """The facts of all products, as an import reads them."""
    from kg.extraction import load_extractor  # noqa: PLC0415 - only where facts are asked for
    from kg.facts import read_facts  # noqa: PLC0415 - same

    return read_facts(products, load_extractor(settings))

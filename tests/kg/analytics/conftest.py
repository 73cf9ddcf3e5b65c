from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.catalog import content_hash, offer_hash, review_hash
from kg.facts import read_facts
from kg.graph import ProductGraph, ProductWrite, ReviewWrite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.extraction import Extractor
    from kg.model import Product, Review
    from shelfgraph.settings import Settings


@pytest.fixture(scope="module")
def shop(
    _arcadedb_schema: Settings, extractor: Extractor, sample_products: list[Product], sample_reviews: list[Review]
) -> Iterator[ProductGraph]:
    """The sample shop in the embedded graph, facts and reviews and all."""
    facts = read_facts(sample_products, extractor)
    with ProductGraph.connect(_arcadedb_schema) as graph:
        graph.wipe()
        graph.products.write(
            [
                ProductWrite(
                    product=product,
                    sequence=10**9 + line,
                    content_hash=content_hash(product),
                    offer_hash=offer_hash(product),
                    facts=found,
                )
                for line, (product, found) in enumerate(zip(sample_products, facts, strict=True))
            ]
        )
        graph.reviews.write(
            [
                ReviewWrite(review=review, sequence=2 * 10**9 + line, review_hash=review_hash(review))
                for line, review in enumerate(sample_reviews)
            ]
        )
        yield graph

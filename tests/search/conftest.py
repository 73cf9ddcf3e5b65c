from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from kg.graph import ChangeBatch, ChangedProduct
from kg.model import Entity, Fact, Product
from kg.ontology import LABELS
from search.index import LocalIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kg.ontology import Relation


def fact(product_id: str, relation: Relation, name: str, **options: Any) -> Fact:
    quantity = options.pop("quantity", None)
    polarity = options.pop("polarity", "affirmed")
    return Fact(
        fact_id=f"{product_id}-{relation}-{name}-{polarity}",
        product_id=product_id,
        relation=relation,
        polarity=polarity,
        entity=Entity(LABELS[relation], name.lower(), name, quantity),
        confidence=1.0,
    )


def change(product: Product, version: int = 1, *, facts: Sequence[Fact] = (), **options: Any) -> ChangedProduct:
    vector = options.get("embedding")
    return ChangedProduct(
        product_id=product.product_id,
        version=version,
        deleted=False,
        product=product,
        facts=tuple(facts),
        embedding=None if vector is None else np.asarray(vector, dtype=np.float32),
        embedding_model=options.get("model", "" if vector is None else "test"),
        review_count=options.get("review_count", 0),
        rating_average=options.get("rating_average"),
    )


def gone(product_id: str, version: int) -> ChangedProduct:
    return ChangedProduct(product_id, version, True, None, (), None, "", 0, None)


def batch(*changes: ChangedProduct, version: int | None = None) -> ChangeBatch:
    return ChangeBatch(changes, version or max((one.version for one in changes), default=0), None)


@pytest.fixture
def make_index(sample_products: list[Product]) -> Iterator[Callable[..., LocalIndex]]:
    """Makes an index over the sample shop, searched by words only; closed after the test."""
    made: list[LocalIndex] = []

    def make(*, empty: bool = False, **options: Any) -> LocalIndex:
        index = LocalIndex(**options)
        made.append(index)
        if not empty:
            index.apply(batch(*(change(product) for product in sample_products)))
        return index

    yield make
    for index in made:
        index.close()

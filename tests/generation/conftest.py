"""Facts made by hand and the sample shop's own, for the tests of generated text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.facts import read_facts
from kg.model import Evidence, Fact, FactState, Polarity, Product, Review, fact_id
from kg.resolution import resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kg.extraction import Extractor
    from kg.ontology import Relation


def a_fact(
    relation: Relation, value: str, *, polarity: Polarity = "affirmed", state: FactState = "open", language: str = "en"
) -> Fact:
    entity = resolve(relation, value, language=language)
    return Fact(
        fact_id=fact_id("P1", relation, polarity, entity.key),
        product_id="P1",
        relation=relation,
        polarity=polarity,
        entity=entity,
        confidence=0.9,
        state=state,
        evidence=(
            Evidence(
                source="feed", field="title", start=0, end=len(value), text=value, extractor="hand", confidence=0.9
            ),
        ),
    )


@pytest.fixture
def fact() -> Callable[..., Fact]:
    return a_fact


@pytest.fixture
def jacket() -> tuple[Product, list[Fact]]:
    """A product with facts of every kind a search ad needs."""
    facts = [
        a_fact("BRAND", "Tarnhollow"),
        a_fact("MODEL", "Squall"),
        a_fact("TYPE", "rain jacket"),
        a_fact("COLOR", "Teal"),
        a_fact("MATERIAL", "recycled nylon"),
        a_fact("FEATURE", "water resistant"),
        a_fact("FEATURE", "two-way zip"),
        a_fact("FEATURE", "packs into its own pocket"),
        a_fact("SPEC", "UPF 50+"),
        a_fact("USED_FOR", "hiking"),
        a_fact("USED_FOR", "commuting"),
        a_fact("SUITABLE_FOR", "women"),
        a_fact("MEASURE", "320 g"),
        a_fact("CONTAINS", "PFAS", polarity="negated"),
        a_fact("FEATURE", "insulated", polarity="negated"),
        a_fact("INCLUDES", "hood"),
    ]
    return Product(product_id="P1", title="Tarnhollow Squall rain jacket, Teal", language="en"), facts


@pytest.fixture(scope="session")
def shop(sample_products: Sequence[Product], extractor: Extractor) -> dict[str, tuple[Product, tuple[Fact, ...]]]:
    """Some products of the sample shop with the facts the baseline reads in them."""
    wanted = {"HK-1001", "HK-2010", "GD-2002", "HL-1301", "EL-1033", "ZH-7003", "ZH-1001", "TG-4003", "SP-1501"}
    products = [product for product in sample_products if product.product_id in wanted]
    read = read_facts(products, extractor)
    return {product.product_id: (product, facts) for product, facts in zip(products, read, strict=True)}


@pytest.fixture(scope="session")
def reviews_of(sample_reviews: Sequence[Review]) -> Callable[[str], list[Review]]:
    def of(product_id: str) -> list[Review]:
        return [review for review in sample_reviews if review.product_id == product_id]

    return of

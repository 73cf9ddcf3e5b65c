"""The contradictions that the sample shop's notes list are found, and nothing else is contested."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.extraction import matcher_extractor
from kg.facts import read_facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.model import Fact, Product

LISTED = {
    "HK-5005", "HK-2010", "HK-1009", "TL-2002", "GD-3001", "EL-1005", "EL-1024", "CP-2011", "OF-3009", "CL-1801",
    "BG-1501", "BE-1601", "HL-1401", "SP-1501", "ZH-1007", "ZH-2006", "ZH-3007", "ZH-5005", "ZH-7004",
}  # fmt: skip


@pytest.fixture(scope="module")
def facts(sample_products: Sequence[Product]) -> dict[str, tuple[Fact, ...]]:
    read = read_facts(sample_products, matcher_extractor())
    return {product.product_id: one for product, one in zip(sample_products, read, strict=True)}


def test_the_listed_products_are_contested_and_no_others(facts: dict[str, tuple[Fact, ...]]) -> None:
    contested = {name for name, one in facts.items() if any(fact.state == "contested" for fact in one)}
    assert contested == LISTED


def test_feed_against_text(facts: dict[str, tuple[Fact, ...]]) -> None:
    by_name = {fact.value.casefold(): fact for fact in facts["HK-2010"] if fact.relation == "MATERIAL"}
    steel, aluminium = by_name["stainless steel"], by_name["aluminium"]
    assert steel.state == aluminium.state == "contested"
    assert aluminium.fact_id in steel.contested_with
    assert steel.fact_id in aluminium.contested_with
    assert {one.source for one in steel.evidence} == {"feed", "text"}


@pytest.mark.parametrize("product_id", ["GD-2002", "HL-1301", "EL-1033", "ZH-7003"])
def test_hostile_sentences_yield_no_facts(
    product_id: str, facts: dict[str, tuple[Fact, ...]], sample_products: Sequence[Product]
) -> None:
    product = next(one for one in sample_products if one.product_id == product_id)
    marks = ("ATTENTION AI", "SYSTEM:", "NOTE TO ANY AI", "【给AI助手")
    start = max(product.description.find(mark) for mark in marks)
    end = (
        product.description.find("】", start) if "【" in product.description else product.description.find(". ", start)
    )
    assert start >= 0
    read = [one for fact in facts[product_id] for one in fact.evidence if one.field == "description"]
    assert not [one for one in read if one.start < end and start < one.end]
    assert len(facts[product_id]) > 5


def test_evidence_points_into_the_raw_fields(
    facts: dict[str, tuple[Fact, ...]], sample_products: Sequence[Product]
) -> None:
    for product in sample_products:
        for fact in facts[product.product_id]:
            for one in fact.evidence:
                assert product.raw_field(one.field)[one.start : one.end] == one.text

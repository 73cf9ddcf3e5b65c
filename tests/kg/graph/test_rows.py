from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.graph.fact_diff import diff_facts
from kg.graph.page import cut, position
from kg.graph.rows import (
    entity_properties,
    fact_properties,
    product_from,
    product_properties,
    text_from,
    text_properties,
)
from kg.graph.statements import PRODUCT_FIELDS
from kg.model import Claim, Entity, Evidence, Fact, Part, Price, Product, Text
from shelfgraph.errors import InvalidRequestError

words = st.text(max_size=20)
prices = st.none() | st.builds(
    Price, st.decimals(allow_nan=False, allow_infinity=False, places=4), st.none() | st.sampled_from(["USD", "CNY"])
)
products = st.builds(
    Product,
    product_id=st.text(min_size=1),
    title=words,
    description=words,
    bullets=st.lists(words, max_size=3).map(tuple),
    product_type=st.lists(words, max_size=3).map(tuple),
    color=st.none() | words,
    price=prices,
    sale_price=prices,
)
claims = st.builds(Claim, st.integers(0, 9), st.integers(0, 9), st.sampled_from(["supported", "implied"]),
                   st.lists(words, max_size=2).map(tuple), words)  # fmt: skip
parts = st.builds(Part, kind=words, text=words, origin=st.just("model"), claims=st.lists(claims, max_size=2).map(tuple),
                  review_ids=st.lists(words, max_size=2).map(tuple),
                  data=st.dictionaries(words, st.none() | st.booleans() | words, max_size=2))  # fmt: skip


@given(products)
def test_a_product_survives_its_node(product: Product) -> None:
    properties = product_properties(product)
    assert product_from({name: properties[name] for name in PRODUCT_FIELDS}) == product


@given(st.lists(parts, max_size=3).map(tuple))
def test_a_text_survives_its_node(some: tuple[Part, ...]) -> None:
    text = Text(text_id="t", kind="answer", product_id="p", language="en", parts=some, request={"seed": 1})
    properties = text_properties(text)
    assert text_from(properties) == text
    assert properties["fact_ids"] == list(text.fact_ids)


@given(st.lists(st.text(min_size=1), unique=True).map(sorted), st.integers(1, 5))
def test_pages_by_cursor_miss_nothing(keys: list[str], limit: int) -> None:
    seen: list[str] = []
    cursor = None
    while True:
        after = position(cursor)
        rest = [key for key in keys if after is None or key > after]
        page = cut(rest[: limit + 1], limit, lambda key: key)
        seen += page.results
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == keys


@given(st.text())
def test_a_strange_cursor_is_refused_or_harmless(cursor: str) -> None:
    with suppress(InvalidRequestError):  # any other error would be ours
        after = position(cursor)
        assert after is None or isinstance(after, str)


def test_nothing_is_kept_without_a_key() -> None:
    with pytest.raises(ValueError, match="key"):
        product_properties(Product(product_id="", title="t"))
    with pytest.raises(ValueError, match="key"):
        entity_properties(Entity("Color", "", "nameless"))


def a_fact(name: str, **fields: object) -> Fact:
    evidence = Evidence(source="feed", field="color", start=0, end=1, text="x", extractor="e", confidence=1.0)
    return replace(
        Fact(fact_id=name, product_id="p", relation="COLOR", polarity="affirmed", entity=Entity("Color", name, name),
             confidence=0.5, evidence=(evidence,)),
        **fields,
    )  # fmt: skip


def stored(*facts: Fact) -> dict[str, dict[str, object]]:
    return {fact.fact_id: fact_properties(fact) for fact in facts}


def test_the_same_facts_in_another_order_are_no_difference() -> None:
    one, two = a_fact("1", contested_with=("b", "a")), a_fact("2")
    assert not diff_facts(stored(one, two), [two, replace(one, contested_with=("a", "b"))])


def test_a_fact_whose_evidence_changed_is_updated_and_not_retracted() -> None:
    diff = diff_facts(stored(a_fact("1")), [a_fact("1", confidence=0.75)])
    assert [fact.fact_id for fact in diff.updated] == ["1"]
    assert (diff.opened, diff.closed, diff.retracted) == ([], [], [])


def test_what_was_contested_already_is_not_retracted_again() -> None:
    was = a_fact("1", state="contested")
    assert diff_facts(stored(was), [was]).retracted == []
    assert diff_facts(stored(was), []).retracted == []
    assert diff_facts(stored(was), []).closed == ["1"]
    assert diff_facts(stored(a_fact("1")), [was]).retracted == ["1"]


@pytest.mark.parametrize("amount", ["0.10", "1E+3", "123456789012345678.99"])
def test_money_stays_exact(amount: str) -> None:
    product = Product(product_id="p", title="t", price=Price(Decimal(amount), "USD"))
    properties = product_properties(product)
    price = product_from({name: properties[name] for name in PRODUCT_FIELDS}).price
    assert price is not None
    assert str(price.amount) == amount

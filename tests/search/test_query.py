from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.query import RangeFilter, ValueFilter, parse
from search.query.understanding import take_price, take_unwanted
from shelfgraph.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Callable


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(InvalidRequestError) as caught:
        call()
    assert caught.value.help
    return caught.value.code


def test_filters_of_one_name_are_one_filter_and_other_names_others() -> None:
    query = parse(filters=["color:Red", "brand:Pellimar", "color:blue", "-material:leather", "-material:wool"])
    assert query.filters == (
        ValueFilter("color", ("Red", "blue")),
        ValueFilter("brand", ("Pellimar",)),
        ValueFilter("material", ("leather", "wool"), negated=True),
    )


def test_values_may_hold_colons() -> None:
    assert parse(filters=["spec:ratio 16:9"]).filters == (ValueFilter("spec", ("ratio 16:9",)),)


@pytest.mark.parametrize(
    ("written", "kind", "low", "high"),
    [
        ("price:10..30", "price", 10, 30),
        ("price:..9.99", "price", -math.inf, 9.99),
        ("price:$20..", "price", 20, math.inf),
        ("rating:4..", "rating", 4, math.inf),
        ("weight:..2kg", "weight", -math.inf, 2),
        ("weight:500 g..1.5 kg", "weight", 0.5, 1.5),
        ("weight:1..2kg", "weight", 1, 2),
    ],
)
def test_ranges_are_converted_to_base_units(written: str, kind: str, low: float, high: float) -> None:
    (found,) = parse(filters=[written]).filters
    assert isinstance(found, RangeFilter)
    assert found.kind == kind
    # the base unit of weight may be gram or kilogram: compare the ratio, not the number
    scale = 1.0 if kind != "weight" else base_of_kilogram()
    assert found.low == pytest.approx(low * scale)
    assert found.high == pytest.approx(high * scale)


def base_of_kilogram() -> float:
    from kg.resolution import quantities

    return quantities("1 kg")[0].magnitude


def test_a_range_without_dots_is_one_value() -> None:
    (found,) = parse(filters=["price:20"]).filters
    assert isinstance(found, RangeFilter)
    assert found.low <= 20 <= found.high
    assert found.high - found.low < 0.01


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("nonsense:1", "search.unknown_filter"),
        ("color", "search.filter_invalid"),
        ("color:", "search.filter_invalid"),
        (":red", "search.filter_invalid"),
        ("-:red", "search.filter_invalid"),
        ("price:cheap", "search.filter_invalid"),
        ("price:30..10", "search.filter_invalid"),
        ("price:..", "search.filter_invalid"),
        ("price:1e400..", "search.filter_invalid"),
        ("price:nan..", "search.filter_invalid"),
        ("weight:..2", "search.filter_invalid"),
        ("weight:..2 volts", "search.filter_invalid"),
        ("color:" + "x" * 400, "search.filter_invalid"),
    ],
)
def test_filters_that_say_nothing_are_refused(written: str, code: str) -> None:
    assert refused(lambda: parse(filters=[written])) == code


def test_unknown_facets_and_sorts_are_refused() -> None:
    assert refused(lambda: parse(facets=["brand,nonsense"])) == "search.unknown_facet"
    assert refused(lambda: parse(sort="cheapest")) == "search.unknown_sort"
    assert parse(facets=["brand,color", "brand"]).facets == ("brand", "color")
    assert parse(sort="-price").sort == "-price"


def test_long_queries_are_refused_and_hostile_ones_read() -> None:
    assert refused(lambda: parse("x" * 10_000)) == "search.query_too_long"
    assert parse("belt\x00\x1b[31m \u202e+title:[* TO *] AND (").text == "belt [31m +title:[* TO *] AND ("


@pytest.mark.parametrize(
    ("text", "rest", "low", "high"),
    [
        ("leather belt under $30", "leather belt", -math.inf, 30),
        ("leather belt under 30", "leather belt", -math.inf, 30),
        ("belt without buckle cheaper than 29.99 ", "belt without buckle", -math.inf, 29.99),
        ("belt below 30 dollars", "belt", -math.inf, 30),
        ("watch over 100 usd", "watch", 100, math.inf),
        ("shoes between $40 and $60", "shoes", 40, 60),
        ("shoes $40-$60 red", "shoes red", 40, 60),
        ("耳机 300元以下", "耳机", -math.inf, 300),
    ],
)
def test_prices_become_filters(text: str, rest: str, low: float, high: float) -> None:
    assert take_price(text) == (rest, (RangeFilter("price", low, high),))


@pytest.mark.parametrize(
    "text",
    [
        "usb hub under 5 cm",
        "over ear headphones",
        "size 30 jeans",
        "4 to 6 people tent",
        "puzzles for kids under 12",
        "vest for girls age under 8",
        "under 5 cm usb hub",
    ],
)
def test_other_numbers_are_no_prices(text: str) -> None:
    assert take_price(text) == (text, ())


@pytest.mark.parametrize(
    ("text", "rest", "unwanted"),
    [
        ("belt without buckle", "belt", ("buckle",)),
        ("swim trunks without any mesh liner, blue", "swim trunks , blue", ("mesh liner",)),
        ("coffee machine w/o the grinder", "coffee machine", ("grinder",)),
        ("lamp without bulb for bedroom", "lamp for bedroom", ("bulb",)),
        ("不含香精的防晒", "防晒", ("香精",)),
        ("without", "without", ()),
        ("without lid", "without lid", ()),
    ],
)
def test_what_is_unwanted_is_taken_out(text: str, rest: str, unwanted: tuple[str, ...]) -> None:
    assert take_unwanted(text) == (rest, unwanted)


@given(st.text(max_size=1200), st.lists(st.text(max_size=40), max_size=4), st.text(max_size=8))
def test_any_text_parses_or_is_refused_with_a_code(text: str, filters: list[str], sort: str) -> None:
    try:
        query = parse(text, filters, sort)
    except InvalidRequestError as error:
        assert error.code.startswith("search.")  # noqa: PT017 - refusing is one of two right answers
    else:
        assert "\x00" not in query.wanted
        assert query.understood()["text"] == query.wanted


@given(st.sampled_from(["price", "rating", "weight", "length"]), st.text("0123456789.-+e kgmc$", max_size=12))
def test_any_range_parses_or_is_refused(kind: str, value: str) -> None:
    try:
        (found,) = parse(filters=[f"{kind}:{value}"]).filters
    except InvalidRequestError as error:
        assert error.code == "search.filter_invalid"  # noqa: PT017 - as above
    else:
        assert isinstance(found, RangeFilter)
        assert found.low <= found.high

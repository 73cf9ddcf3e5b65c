from __future__ import annotations

import time

import pytest

from kg.extraction.comparisons import is_of_other_products


def _is_of_others(text: str, value: str) -> bool:
    start = text.index(value)
    return is_of_other_products(text, start, start + len(value))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Unlike leather belts, ours is made of nylon", "leather"),
        ("Unlike ordinary mugs made of glass, it does not break.", "glass"),
        ("Stays warm UNLIKE cotton", "cotton"),
        ("Made with bamboo instead of plastic", "plastic"),
        ("Springs of steel rather than old rubber bands", "rubber"),
        ("Compared to cotton sheets, these dry fast", "cotton"),
        ("A bar for all. Most protein bars contain soy and gluten.", "gluten"),
        ("Most protein bars contain soy, milk and gluten. Ours do not.", "milk"),
        ("Some other brands still use BPA plastic, we use Tritan", "BPA plastic"),
        ("Check out our matching leather wallet", "leather"),
        ("不同于普通塑料杯，采用304不锈钢", "塑料"),
        ("相比羊毛更保暖", "羊毛"),
    ],
)
def test_what_others_are_like_is_not_said_of_the_product(text: str, value: str) -> None:
    assert _is_of_others(text, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Unlike leather belts, ours is made of nylon", "nylon"),
        ("Unlike leather this belt is made of nylon", "nylon"),
        ("Unlike other towels on the market and absorb fluids", "absorb fluids"),
        ("Unlike anything else: solid brass", "brass"),
        ("Use it instead of wrapping paper in the kitchen", "kitchen"),
        ("Some other brands still use BPA plastic, we use Tritan", "Tritan"),
        ("Most bars contain soy, but this one is made of oats", "oats"),
        ("Fits most pans and is made of steel", "steel"),
        ("Most Comfortable Belt Made of Leather", "Leather"),
        ("Many pockets and a leather strap", "leather"),
        ("Check out our leather\nSteel buckle", "Steel"),
        ("不同于普通塑料杯，采用304不锈钢", "304不锈钢"),
        ("相比羊毛更保暖", "保暖"),
    ],
)
def test_what_the_product_is_like_stays(text: str, value: str) -> None:
    assert not _is_of_others(text, value)


def test_a_span_that_only_ends_in_a_comparison_is_the_products_own() -> None:
    assert not _is_of_others(
        "Better heat tolerance compared to organic pads", "heat tolerance compared to organic pads"
    )


@pytest.mark.parametrize("text", ["unlike " * 15_000, "most " * 20_000, "other brands use a " * 6_000, "x. " * 35_000])
def test_a_hostile_text_is_looked_through_in_good_time(text: str) -> None:
    started = time.perf_counter()
    is_of_other_products(text, 0, 1)
    assert time.perf_counter() - started < 5  # seconds; quadratic time would take minutes

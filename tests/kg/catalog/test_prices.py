from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.catalog import parse_price
from kg.model import Price
from shelfgraph.errors import RowError


@pytest.mark.parametrize(
    ("value", "amount", "currency"),
    [
        ({"amount": 289.00, "currency": "USD"}, "289.00", "USD"),
        ({"amount": "1.299,00", "currency": "eur"}, "1299.00", "EUR"),
        (12.99, "12.99", None),
        (0.0, "0.00", None),
        (15, "15.00", None),
        ("12.99 USD", "12.99", "USD"),
        ("USD 12.99", "12.99", "USD"),
        ("$12.99", "12.99", "USD"),
        ("US$12.99", "12.99", "USD"),
        ("€ 5", "5.00", "EUR"),
        ("1.299,00 EUR", "1299.00", "EUR"),
        ("1.299 €", "1299.00", "EUR"),
        ("1,299.50 USD", "1299.50", "USD"),
        ("1,299 USD", "1299.00", "USD"),
        ("1 299,00 kr", "1299.00", None),
        ("1\u202f299,00\u00a0€", "1299.00", "EUR"),
        ("1'299.00 CHF", "1299.00", "CHF"),
        ("1,29,900.00 INR", "129900.00", "INR"),
        ("12,5 €", "12.50", "EUR"),
        ("12,- €", "12.00", "EUR"),
        ("499元", "499.00", "CNY"),
        ("１２元", "12.00", "CNY"),
        ("1.2345 USD", "1.2345", "USD"),
        (12.989999999999998, "12.99", None),
        ("1234567.89", "1234567.89", None),
        ("1.299", "1.299", None),
    ],
)
def test_shapes(value: object, amount: str, currency: str | None) -> None:
    assert parse_price(value) == Price(Decimal(amount), currency)


@pytest.mark.parametrize("value", [None, "", "  ", {"amount": None, "currency": "USD"}, {}])
def test_absent_is_no_error(value: object) -> None:
    assert parse_price(value) is None


@pytest.mark.parametrize(
    "value",
    [
        "cheap", "from $3", "$12.99 - $15.99", "$5 to $9", "-5", "-5 USD", -5, -0.01, math.nan, math.inf, "NaN",
        "Infinity", "1e5", True, [12], {"amount": "x"}, {"amount": 5, "currency": "dollars"}, "5 XQX", "$5 USD", 1e15,
        "1.2.3", "12..5", "1,2,3", "1.299,00,5", {"amount": 5, "currency": 7}, {"amount": {"amount": []}}, "9" * 100,
        "5%",
    ],
)  # fmt: skip
def test_what_is_no_price_is_refused(value: object) -> None:
    with pytest.raises(RowError) as caught:
        parse_price(value, field="sale_price")
    assert caught.value.code == "catalog.price_invalid"
    assert caught.value.details["field"] == "sale_price"


def test_a_currency_of_its_own_column_holds_where_the_price_names_none() -> None:
    assert parse_price("12.99", currency="GBP") == Price(Decimal("12.99"), "GBP")
    assert parse_price("12.99 USD", currency="GBP") == Price(Decimal("12.99"), "USD")


@given(st.one_of(st.text(max_size=30), st.text("0123456789.,$€ -USDe+", max_size=14)))
def test_any_text_is_a_price_or_a_row_error(text: str) -> None:
    try:
        price = parse_price(text)
    except RowError:
        return
    assert price is None or (price.amount.is_finite() and price.amount >= 0)


@given(st.decimals(0, 10**9, places=2, allow_nan=False, allow_infinity=False))
def test_what_we_write_we_read(amount: Decimal) -> None:
    for text in (f"{amount:f} USD", f"{amount:,} USD", f"${amount:,}"):
        assert parse_price(text) == Price(amount, "USD")
    german = f"{amount:,}".replace(",", "_").replace(".", ",").replace("_", ".")
    assert parse_price(f"{german} EUR") == Price(amount, "EUR")

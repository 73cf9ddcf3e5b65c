from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.resolution import quantities


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5.4 kg", [("5.4 kg", "weight", 5.4, "kilogram")]),
        ("12 in.", [("12 in.", "length", 0.3048, "meter")]),
        ("2-minute timer", [("2-minute", "time", 120, "second")]),
        ("1.8 L", [("1.8 L", "volume", 1.8, "liter")]),
        ("29 cm deep x 19 cm wide", [("29 cm", "length", 0.29, "meter"), ("19 cm", "length", 0.19, "meter")]),
        ("1/2 cup", [("1/2 cup", "cup", 0.5, "cup")]),
        ('9-1/2" tall', [('9-1/2"', "length", 0.2413, "meter")]),
        ("10 小时", [("10 小时", "time", 36000, "second")]),
        ("1.25升", [("1.25升", "volume", 1.25, "liter")]),
        ("30W", [("30W", "power", 30, "watt")]),
        ("1万毫安", [("1万毫安", "charge", 10, "ampere_hour")]),
        ("Pack of 4", [("Pack of 4", "count", 4, "pack")]),
        ("46-Piece", [("46-Piece", "count", 46, "piece")]),
        ("6.5 x 6.5 inches", [("6.5", "length", 0.1651, "meter"), ("6.5 inches", "length", 0.1651, "meter")]),
        (
            "24x16x5cm",
            [("24", "length", 0.24, "meter"), ("16", "length", 0.16, "meter"), ("5cm", "length", 0.05, "meter")],
        ),
        (
            "-20 to 50 °C",
            [("-20", "temperature", -20, "degree_Celsius"), ("50 °C", "temperature", 50, "degree_Celsius")],
        ),
        ("212°F", [("212°F", "temperature", 100, "degree_Celsius")]),
        ("1,050 MB/s", [("1,050 MB/s", "data_rate", 8400, "megabit_per_second")]),
        ("10 cups", [("10 cups", "cup", 10, "cup")]),
    ],
)
def test_reads_numbers_with_units(text: str, expected: list[tuple[str, str, float, str]]) -> None:
    found = [(one.text, one.kind, pytest.approx(one.magnitude), one.unit) for one in quantities(text)]
    assert found == expected


@pytest.mark.parametrize(
    "text",
    ["IPX7", "4K video", "5 in 1", "iPhone 6s", "USB 3.2 Gen 2", "18/10 stainless steel", "$4 a month", "5 Men",
     "20W Petite", "1080p", "十几秒", "13x13", "", "5G network"],
)  # fmt: skip
def test_leaves_alone_what_is_no_quantity(text: str) -> None:
    assert quantities(text) == []


@pytest.mark.parametrize(
    ("one", "other"), [("5.4 kg", "5400 g"), ("1 ft", "12 inches"), ("2 hours", "120 min"), ("20000mAh", "20 Ah")]
)
def test_equal_quantities_in_different_units_have_one_key(one: str, other: str) -> None:
    assert quantities(one)[0].key == quantities(other)[0].key


@pytest.mark.parametrize(
    ("one", "other"), [("4 pack", "4 pieces"), ("10 cups", "10 oz"), ("12 oz", "12 fl oz"), ("5 kg", "5.000001 kg")]
)
def test_different_quantities_have_different_keys(one: str, other: str) -> None:
    assert quantities(one)[0].key != quantities(other)[0].key


_PIECES = st.sampled_from(
    ["1", "2.5", "1/2", "½", "万", " ", "-", "x", "×", "kg", "in", "in.", '"', "'", "cm", "°F", "小时", "to",
     "pack of ", "K", "ſix", "\u212a", "one ", "十", "1,000", ".", "，", "升", "L", "W", "٣", "\ud800"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=20).map("".join)), st.sampled_from(["en", "zh"]))
def test_spans_are_exact_ordered_and_apart(text: str, language: str) -> None:
    end = 0
    for quantity in quantities(text, language):
        assert text[quantity.start : quantity.end] == quantity.text
        assert quantity.start >= end
        end = quantity.end

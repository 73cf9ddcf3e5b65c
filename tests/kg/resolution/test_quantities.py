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
        ("25 km/h", [("25 km/h", "speed", 25, "kilometer_per_hour")]),
        ("60 miles per hour", [("60 miles per hour", "speed", pytest.approx(96.56064), "kilometer_per_hour")]),
        ("500 g/m²", [("500 g/m²", "fabric_weight", 500, "gram_per_square_meter")]),
        ("20 amp-hours", [("20 amp-hours", "charge", 20, "ampere_hour")]),
        ("20 foot-pounds", [("20 foot-pounds", "torque", pytest.approx(27.1163590), "newton_meter")]),
        ("500克/袋", [("500克", "weight", 0.5, "kilogram")]),
        ("16 oz/bottle", [("16 oz", "weight", 0.45359237, "kilogram")]),
        ("16 oz-bottle", [("16 oz", "weight", 0.45359237, "kilogram")]),
        ("8-year-old", [("8-year", "time", 252460800, "second")]),
        ("32GB/DDR4", [("32GB", "data", 32, "gigabyte")]),
        ("500W-Motor", [("500W", "power", 500, "watt")]),
        ("14W", [("14W", "power", 14, "watt")]),
        ("2 x 20W", [("20W", "power", 20, "watt")]),
        ("50W x 50W", [("50W", "power", 50, "watt"), ("50W", "power", 50, "watt")]),
        ("12 x 330 ml", [("330 ml", "volume", 0.33, "liter")]),
        ("12x330ml", [("330ml", "volume", 0.33, "liter")]),
        ("2 × 8 GB", [("8 GB", "data", 8, "gigabyte")]),
        ("2 x 3-4 kg", [("3", "weight", 3, "kilogram"), ("4 kg", "weight", 4, "kilogram")]),
        ("1920 x 1080 px", [("1920", "pixels", 1920, "pixel"), ("1080 px", "pixels", 1080, "pixel")]),
    ],
)
def test_reads_numbers_with_units(text: str, expected: list[tuple[str, str, float, str]]) -> None:
    found = [(one.text, one.kind, pytest.approx(one.magnitude), one.unit) for one in quantities(text)]
    assert found == expected


@pytest.mark.parametrize(
    "text",
    ["IPX7", "4K video", "5 in 1", "iPhone 6s", "USB 3.2 Gen 2", "18/10 stainless steel", "$4 a month", "5 Men",
     "20W Petite", "1080p", "十几秒", "13x13", "", "5G network",
     "5 L/min", "80 mg/kg", "9 g/s", "5升/分钟", "12 in/s", "300 ft./min.",
     "2 L per hour", "2.5 mm²", "3 ft³", "2 V-neck shirts", "2 L-shaped desks",
     "32W x 34L", "5 mİnutes", "5 kİlos", "sİx inches", "pack of sİx"],
)  # fmt: skip
def test_leaves_alone_what_is_no_quantity(text: str) -> None:
    assert quantities(text) == []


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("20L x 10W x 15H inches", ["20", "10", "15H inches"]),
        ("20L x10W x15H inches", ["20", "10", "15H inches"]),
        ("20 (L) × 10 (W) × 15 (H) in.", ["20", "10", "15 (H) in."]),
        ('20"L x 10W x 15H inches', ['20"', "10", "15H inches"]),
        ('20L x 10"W x 15"H', ["20", '10"', '15"']),
        ("20-1/2L x 10½W x 15H in", ["20-1/2", "10½", "15H in"]),
    ],
)
def test_a_letter_in_a_chain_of_sides_names_the_side(text: str, spans: list[str]) -> None:
    found = quantities(text)
    assert [one.text for one in found] == spans
    assert {one.kind for one in found} == {"length"}
    assert all(one.magnitude >= 0.25 for one in found)


@pytest.mark.parametrize(
    ("text", "language", "magnitudes"),
    [
        ("2,5 kg", "de", [2.5]),
        ("2.5 kg", "de", [2.5]),
        ("-2,5 °C", "fr-FR", [-2.5]),
        ("2,500 kg", "de", []),
        ("2.500 kg", "it", []),
        ("0,750 kg", "de", [0.75]),
        ("1.250,5 kg", "de", [1250.5]),
        ("1,250.5 kg", "de", [1250.5]),
        ("1.250.000 kg", "es", [1250000]),
        ("1.2.3 kg", "de", []),
        ("4,5 x 6,25 m", "nl", [4.5, 6.25]),
        ("2,500 kg", "en", [2500]),
        ("2,500 kg", "en-GB", [2500]),
        ("2,500 kg", "ja", [2500]),
        ("2.500 kg", "zh", [2.5]),
        ("2,5 kg", "en", []),
    ],
)
def test_a_mark_in_a_number_means_what_the_language_means(text: str, language: str, magnitudes: list[float]) -> None:
    assert [one.magnitude for one in quantities(text, language)] == pytest.approx(magnitudes)


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
    ["1", "2.5", "2,5", "1.250,5", "1/2", "½", "万", " ", "-", "x", "×", "kg", "in", "in.", '"', "'", "cm", "°F",
     "小时", "to", "pack of ", "K", "ſix", "\u212a", "İ", "one ", "/", "H", "m²", "十", "1,000", ".", "，", "升", "L",
     "W", "٣", "\ud800"]
)  # fmt: skip


@given(
    st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=20).map("".join)), st.sampled_from(["en", "zh", "de"])
)
def test_spans_are_exact_ordered_and_apart(text: str, language: str) -> None:
    end = 0
    for quantity in quantities(text, language):
        assert text[quantity.start : quantity.end] == quantity.text
        assert quantity.start >= end
        end = quantity.end

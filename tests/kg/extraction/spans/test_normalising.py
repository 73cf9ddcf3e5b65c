from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extraction.spans.files import NORMALISERS, read_normalisers, write_normalisers
from kg.extraction.spans.normalising import LONGEST, Normaliser, Normalisers, from_rows
from shelfgraph.errors import SetupError

if TYPE_CHECKING:
    from pathlib import Path

CENTIMETRES = {"unit": "centimeter", "decimals": 1, "default": "inch"}
TYPES = {"wedding band": "Rings", "engagement ring": "Rings", "pearl necklace": "Necklaces", "gold chain": "Necklaces"}
SCHEMA = Normalisers(
    {
        ("Shop", "Brand"): Normaliser("upper_case", table={"hp": "HEWLETT-PACKARD"}),
        ("Shop", "Name"): Normaliser("lower_case"),
        ("Shop", "Code"): Normaliser("letters_and_digits"),
        ("Shop", "Pack"): Normaliser("number", {"pick": "largest", "suffix": " pieces"}),
        ("Shop", "UPC"): Normaliser("digits", {"start": 1, "end": 6}),
        ("Shop", "Width"): Normaliser("quantity", CENTIMETRES),
        ("Shop", "Cache"): Normaliser(
            "rewrite", {"pieces": {"first:": "", "last:mb": " Megabytes"}, "words": {"gb": "Gigabytes", "mb": "M"}}
        ),
        ("Shop", "Type"): Normaliser("alike", {"otherwise": "Other"}, TYPES),
    }
)
TEXTS = st.one_of(
    st.text(max_size=300),
    st.lists(
        st.sampled_from(
            ["12", "1/4", "0/0", "½", "五", "-", '"', "'", " in", " ft", "oz", "MB", ",", ".", "K", "\u212a", "ſix",
             "six", "999999999999999", "\ud800", "\x00", " ", "İ", "band", "²", "٣", "e9", "--", "inf", "°C", "ß"]
        ),
        max_size=40,
    ).map("".join),
)  # fmt: skip


@pytest.mark.parametrize(
    ("value", "parameters", "normal"),
    [
        ('12"', {}, "30.5"),
        ("47 1/4", {}, "120.0"),
        ('18-9/16"', {}, "47.1"),
        ('22-1/2"', {}, "57.1"),
        ("2 feet", {}, "61.0"),
        ("30 cm", {}, "30.0"),
        ('109" - 120"', {"pick": "largest"}, "304.8"),
        ('109" - 120"', {"pick": "first"}, "276.9"),
        ('5" + 5"', {"pick": "sum"}, "25.4"),
        ("12", {"default": ""}, "12"),
        ("12", {"default": "foot"}, "365.8"),
        ('10"', {"unit": "meter", "decimals": 3, "trim": True, "suffix": " m"}, "0.254 m"),
        ('100"', {"unit": "millimeter", "decimals": 2, "trim": True}, "2540"),
        ("a dozen roses", {}, "a dozen roses"),
        ("3 lbs", {}, "3 lbs"),
        ("3 lbs", {"unit": "gram", "decimals": 0}, "1361"),
        ("1 3/4oz", {"unit": "gram", "decimals": 0}, "50"),
        ("68 °F", {"unit": "degree_Celsius", "decimals": 0}, "20"),
    ],
)
def test_quantities_are_converted(value: str, parameters: dict[str, Any], normal: str) -> None:
    assert Normaliser("quantity", CENTIMETRES | parameters).normal(value) == normal


@pytest.mark.parametrize(
    ("value", "pick", "normal"),
    [
        ("1,000/Box", "first", "1000"),
        ("7.2K RPM", "first", "7200"),
        ("15K", "first", "15000"),
        ("12.50", "first", "12.5"),
        ("Dual Port", "first", "2"),
        ("trio", "first", "3"),
        ("four matching envelopes", "first", "4"),
        ("Sheets Per Unit: 16", "first", "16"),
        ("5kg and 7 K", "sum", "12"),
        ("2-ports Int/4-ports Ext", "sum", "6"),
        ("100/Box, 10 Boxes", "last", "10"),
        ("1,2 or 40", "largest", "40"),
        ("phone", "first", "phone"),
        ("none", "first", "none"),
    ],
)
def test_numbers_are_read_in_digits_and_words(value: str, pick: str, normal: str) -> None:
    assert Normaliser("number", {"pick": pick}).normal(value) == normal


def test_a_code_keeps_its_letters_and_digits_or_some_of_its_digits() -> None:
    assert SCHEMA.normal("Code", "Shop", "CTW-4M(208)") == "CTW4M208"
    assert SCHEMA.normal("UPC", "Shop", "0-73852 05871 0") == "73852"
    assert SCHEMA.normal("UPC", "Shop", "none") == "none"
    assert SCHEMA.normal("Code", "Shop", "--") == "--"


def test_what_stands_around_numbers_is_rewritten_and_a_word_wherever_it_is_known() -> None:
    assert SCHEMA.normal("Cache", "Shop", "18MB") == "18 Megabytes"
    assert SCHEMA.normal("Cache", "Shop", "18-mb") == "18 Megabytes"
    assert SCHEMA.normal("Cache", "Shop", "2 GB of RAM") == "2 Gigabytes of RAM"
    assert SCHEMA.normal("Cache", "Shop", "MB or so") == "M or so"


def test_similar_values_are_of_one_class() -> None:
    assert SCHEMA.normal("Type", "Shop", "Diamond Engagement Rings") == "Rings"
    assert SCHEMA.normal("Type", "Shop", "necklace") == "Necklaces"
    assert SCHEMA.normal("Type", "Shop", "xyzzy") == "Other"


def test_the_table_comes_before_the_rule_whatever_the_case_and_the_white_space() -> None:
    assert SCHEMA.normal("Brand", "Shop", " Hp\n") == "HEWLETT-PACKARD"
    assert SCHEMA.normal("Brand", "Shop", "Hpe") == "HPE"
    assert SCHEMA.normal("Type", "Shop", "Gold   CHAIN") == "Necklaces"


def test_what_nobody_taught_and_what_is_prose_stay_as_they_stand() -> None:
    assert SCHEMA.normal("Brand", "Another shop", "hp") == "hp"
    assert SCHEMA.normal("Scent", "Shop", " Lemon ") == " Lemon "
    assert SCHEMA.normal("Brand", "Shop", "a" * LONGEST) == "A" * LONGEST
    assert SCHEMA.normal("Brand", "Shop", "a" * (LONGEST + 1)) == "a" * (LONGEST + 1)


@settings(deadline=None)  # the first quantity starts pint
@given(TEXTS)
def test_any_text_has_one_normal_form(text: str) -> None:
    again = from_rows(json.loads(json.dumps(SCHEMA.to_rows())))
    for category, attribute in SCHEMA.by_attribute:
        normal = SCHEMA.normal(attribute, category, text)
        assert isinstance(normal, str)
        assert bool(normal) == bool(text)
        assert normal == SCHEMA.normal(attribute, category, text) == again.normal(attribute, category, text)


def test_normalisers_are_kept_with_a_model_and_go_with_its_next_training(tmp_path: Path) -> None:
    write_normalisers(tmp_path, SCHEMA)
    assert read_normalisers(tmp_path) == SCHEMA
    write_normalisers(tmp_path, None)
    assert read_normalisers(tmp_path) is None
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "row",
    [
        {"operation": "guess", "parameters": {}},
        {"operation": "number", "parameters": {}},
        {"operation": "upper_case", "parameters": {"pick": "first"}},
        {"operation": "alike", "parameters": {}},
        {"operation": "upper_case"},
    ],
)
def test_a_file_of_another_form_is_refused(row: dict[str, Any], tmp_path: Path) -> None:
    full = [{"category": "Shop", "attribute": "Brand", "table": {}, **row}]
    (tmp_path / NORMALISERS).write_text(json.dumps(full))
    with pytest.raises(SetupError) as caught:
        read_normalisers(tmp_path)
    assert caught.value.code == "setup.relation_model_broken"

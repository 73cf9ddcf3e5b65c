from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extraction import matcher_extractor
from kg.facts import read_facts
from kg.model import Product
from kg.ontology import LABELS, Relation
from kg.resolution import resolve


@pytest.mark.parametrize(
    ("relation", "one", "other"),
    [
        ("MEASURE", "5.4 kg", "5400 g"),
        ("QUANTITY", "Pack of 4", "4-pack"),
        ("COLOR", "Grey", "gray"),
        ("COLOR", "Matte  Black", "matte black"),
        ("FEATURE", "Non-stick", "nonstick"),
        ("TYPE", "Espresso Machines", "espresso machine"),
        ("TYPE", "batteries", "Battery"),
        ("SUITABLE_FOR", "Women's", "ladies"),
        ("MEASURE", "S", "small"),
        ("CONTAINS", "BPA", "双酚A"),
        ("BRAND", "ＡＣＭＥ", "Acme"),
        ("MODEL", "B450-M", "B450 M"),
        ("SPEC", "- 2.00", "2.00."),
        ("SPEC", "−2.00", "-2.00"),
        ("SPEC", "10-12", "10 12"),
        ("QUANTITY", "12 x 330 ml", "330 ml × 12"),
        ("MEASURE", "10-12 in", "25.4 - 30.48 cm"),
        ("MEASURE", "4 x 5 inches (LxW)", "4 x 5 inches (L x W)"),
    ],
)
def test_names_of_one_thing_share_a_key(relation: Relation, one: str, other: str) -> None:
    assert resolve(relation, one).key == resolve(relation, other).key


@pytest.mark.parametrize(
    ("relation", "one", "other"),
    [
        ("MEASURE", "54 mm", "51 mm"),
        ("MEASURE", "10-12 in", "10 x 12 in"),
        ("SPEC", "14-day battery", "14-day warranty"),
        ("QUANTITY", "4 pack", "4 pieces"),
        ("MODEL", "B450M", "B450"),
        ("BRAND", "Brooks", "Brook"),
        ("SPEC", "up to 10 hours", "10 hours"),
        ("MATERIAL", "304 stainless steel", "316 stainless steel"),
        ("QUANTITY", "12 x 330 ml", "12 ml x 330 ml"),
        ("QUANTITY", "12 x 330 ml", "6 x 330 ml"),
        ("QUANTITY", "12 x 330 ml", "330 ml"),
        ("SPEC", "-2.00", "2.00"),
        ("SPEC", "-2.50 D", "2.50 D"),
        ("SPEC", "sphere -2.50", "sphere 2.50"),
        ("SPEC", "(-2.50)", "(2.50)"),
        ("SPEC", "-.5", ".5"),
        ("SPEC", ".5", "5"),
        ("MODEL", "-2.00", "2.00"),
        ("MODEL", ".5", "5"),
        ("SPEC", "sphere -2.50, 14.2 mm", "sphere 2.50, 14.2 mm"),
        ("SPEC", "base .5, 14.2 mm", "base 5, 14.2 mm"),
        ("SPEC", "size 8.5, 14.2 mm", "size 8 5, 14.2 mm"),
        ("SPEC", "base 8,5, 14.2 mm", "base 8 5, 14.2 mm"),
        ("MEASURE", "XL, 90 cm", "L, 90 cm"),
        ("MEASURE", "20L x 10W x 15H inches", "20W x 10L x 15H inches"),
        ("MEASURE", "20L x 15H inches", "20L x 15D inches"),
    ],
)
def test_different_things_keep_different_keys(relation: Relation, one: str, other: str) -> None:
    assert resolve(relation, one).key != resolve(relation, other).key


def test_a_single_quantity_is_given_in_base_units() -> None:
    assert resolve("SPEC", "2-minute timer").quantity == ("time", 120.0, "second")
    assert resolve("MEASURE", "29 cm x 19 cm").quantity is None
    assert resolve("QUANTITY", "12 x 330 ml").quantity == ("volume", 0.33, "liter")
    assert resolve("MEASURE", "2,5 kg", language="de").quantity == ("weight", 2.5, "kilogram")


@pytest.mark.parametrize("text", ["-2.00", ".5", "-.5 D", "–2.00"])
def test_a_name_keeps_the_sign_and_the_point_of_its_number(text: str) -> None:
    assert resolve("SPEC", f" {text}. ").name == text


def test_the_shop_s_own_spelling_is_the_name() -> None:
    assert resolve("MATERIAL", " Aluminium. ").name == "Aluminium"
    assert resolve("SUITABLE_FOR", "Women's").name == "women"


def test_letters_of_sides_do_not_clash_with_power() -> None:
    product = Product(product_id="p", title="Portable Blender 8L x 5W x 10H inches", bullets=("Powerful 400 W motor",))
    facts = read_facts([product], matcher_extractor())[0]
    assert {fact.state for fact in facts} == {"open"}


@given(st.sampled_from(get_args(Relation)), st.text(min_size=1, max_size=40), st.sampled_from(["en", "zh"]))
def test_every_text_resolves_and_its_name_resolves_to_the_same_label(
    relation: Relation, text: str, language: str
) -> None:
    entity = resolve(relation, text, language=language)
    assert entity.label == LABELS[relation]
    assert resolve(relation, text, language=language) == entity


@pytest.mark.parametrize(
    ("relation", "one", "other"),
    [
        ("MATERIAL", "-100% cotton", "100% cotton"),
        ("MATERIAL", "...100% cotton", "100% cotton"),
        ("FEATURE", "–3 pockets", "3 pockets"),
        ("MODEL", "WH -1000XM4", "WH-1000XM4"),
        ("SUITABLE_FOR", "ages 3 -6", "ages 3-6"),
    ],
)
def test_what_marks_an_item_of_a_list_is_no_sign(relation: Relation, one: str, other: str) -> None:
    assert resolve(relation, one).key == resolve(relation, other).key

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    ],
)
def test_different_things_keep_different_keys(relation: Relation, one: str, other: str) -> None:
    assert resolve(relation, one).key != resolve(relation, other).key


def test_a_single_quantity_is_given_in_base_units() -> None:
    assert resolve("SPEC", "2-minute timer").quantity == ("time", 120.0, "second")
    assert resolve("MEASURE", "29 cm x 19 cm").quantity is None


def test_the_shop_s_own_spelling_is_the_name() -> None:
    assert resolve("MATERIAL", " Aluminium. ").name == "Aluminium"
    assert resolve("SUITABLE_FOR", "Women's").name == "women"


@given(st.sampled_from(get_args(Relation)), st.text(min_size=1, max_size=40), st.sampled_from(["en", "zh"]))
def test_every_text_resolves_and_its_name_resolves_to_the_same_label(
    relation: Relation, text: str, language: str
) -> None:
    entity = resolve(relation, text, language=language)
    assert entity.label == LABELS[relation]
    assert resolve(relation, text, language=language) == entity

from __future__ import annotations

import pytest

from kg.extraction.spans.kinds import agreement


@pytest.mark.parametrize(
    ("attribute", "value", "language"),
    [
        ("Weight", "30 ml", "en"),
        ("Item Weight", "54 mm", "en"),
        ("Dimensions", "230 g", "en"),
        ("Length of Cord", "1800 W", "en"),
        ("Weight (lbs)", "12 inch", "en"),
        ("Water Tank Capacity", "54 mm", "en"),
        ("Battery Life", "5000 mAh", "en"),
        ("WATTAGE", "220 V", "en"),
        ("净重", "500ml", "zh"),
        ("额定功率", "220V", "zh"),
        ("电池续航", "5000mAh", "zh"),
        ("重量 (茶具)", "500ml", "zh"),
        ("Battery Capacity", "5.4 kg", "en"),
    ],
)
def test_a_figure_of_another_kind_is_no_answer(attribute: str, value: str, language: str) -> None:
    assert agreement(attribute, value, f"A thing, {value}", language) is None


@pytest.mark.parametrize(
    ("attribute", "value", "language"),
    [
        ("Weight", "230 g", "en"),
        ("Fabric Weight", "200 gsm", "en"),
        ("Dimensions", "29 x 36 x 14 cm", "en"),
        ("Sleeve Length", "short", "en"),  # no figure at all
        ("Size", "230 g", "en"),  # any kind may be meant
        ("Capacity", "12 oz", "en"),  # written for fluid ounces
        ("Battery Capacity", "10000mAh", "en"),
        ("Storage Capacity", "64 GB", "en"),
        ("Volume", "22 Ounce (650ml)", "en"),
        ("Weightlifting Belt", "54 mm", "en"),  # a word within a word
        ("容量", "1.8升", "zh"),
        ("面料克重", "280g", "zh"),
    ],
)
def test_what_may_answer_is_not_ruled_out(attribute: str, value: str, language: str) -> None:
    assert agreement(attribute, value, f"A thing, {value}", language) is not None


def test_a_figure_of_the_kind_speaks_for_a_span_and_none_against_it() -> None:
    text = "A 1500 W kettle, 1.7 L, 1.2 kg, or 1.3 kg with its base"
    assert agreement("Color", "1500 W", text, "en") == agreement("Lid", "its base", text, "en") == 0
    same, none = agreement("Weight", "1.2 kg", text, "en"), agreement("Weight", "kettle", text, "en")
    assert same is not None
    assert none is not None
    assert none < 0 < same


def test_the_only_wattage_of_a_text_is_all_but_sure() -> None:
    one, two = (
        agreement("Wattage", "1500 W", text, "en") for text in ("1500 W (1500W) kettle", "1500 W kettle, 5 W asleep")
    )
    assert one is not None
    assert two is not None
    assert one > two > 0

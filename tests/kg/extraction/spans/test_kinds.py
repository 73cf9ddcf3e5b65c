from __future__ import annotations

import pytest

from kg.extraction.spans.kinds import of_asked_kind


def _of_asked_kind(attribute: str, text: str, value: str, language: str = "en") -> float | None:
    start = text.index(value)
    return of_asked_kind(attribute, text, start, start + len(value), language)


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
        ("Item_Weight", "30 ml", "en"),
        ("itemWeight:", "30 ml", "en"),
        ("Screen Size", "118 g", "en"),
        ("Max Torque", "1500 W", "en"),
    ],
)
def test_a_figure_of_another_kind_is_no_answer(attribute: str, value: str, language: str) -> None:
    assert _of_asked_kind(attribute, f"A thing, {value}", value, language) is None


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
        ("Suction Power", "25 kPa", "en"),
        ("Width (W)", "40 cm", "en"),  # no watts
        ("Height (H)", "90 cm", "en"),
        ("Length (L x W)", "40 x 30 cm", "en"),
        ("Shutter Speed", "1/4000 sec", "en"),
        ("Package Content", "1 m cable", "en"),
        ("净含量", "10片", "zh"),
        ("Filter Life", "150 L", "en"),
        ("Water Resistance Depth", "5 kg", "en"),
        ("容量", "1.8升", "zh"),
        ("面料克重", "280g", "zh"),
    ],
)
def test_what_may_answer_is_not_ruled_out(attribute: str, value: str, language: str) -> None:
    assert _of_asked_kind(attribute, f"A thing, {value}", value, language) is not None


def test_a_figure_of_the_kind_speaks_for_a_span_and_none_against_it() -> None:
    text = "A 1500 W kettle, 1.7 L, 1.2 kg, or 1.3 kg with its base"
    assert _of_asked_kind("Color", text, "1500 W") == _of_asked_kind("Lid", text, "its base") == 0
    same, none = _of_asked_kind("Weight", text, "1.2 kg"), _of_asked_kind("Weight", text, "kettle")
    assert same is not None
    assert none is not None
    assert none < 0 < same


def test_the_only_wattage_of_a_text_is_all_but_sure() -> None:
    one, two = (
        _of_asked_kind("Wattage", text, "1500 W") for text in ("1500 W (1500W) kettle", "1500 W kettle, 5 W asleep")
    )
    part = _of_asked_kind("Standby Power", "1500 W kettle", "1500 W")
    assert one is not None
    assert two is not None
    assert one > two == part
    assert two > 0


def test_a_side_is_not_another_side() -> None:
    text = "29 cm deep x 19 cm wide x 31 cm high, 2 m cord"
    assert _of_asked_kind("Width", text, "29 cm") is None
    assert _of_asked_kind("Height", text, "29 cm") is None
    assert _of_asked_kind("Item Depth", text, "29 cm") is not None
    assert _of_asked_kind("Width", text, "19 cm") is not None
    assert _of_asked_kind("Width", text, "2 m") is not None
    own, any_length = _of_asked_kind("Width", text, "19 cm"), _of_asked_kind("Width", text, "2 m")
    assert own is not None
    assert any_length is not None
    assert own > any_length == _of_asked_kind("Handle Width", text, "19 cm")
    assert _of_asked_kind("Thickness", "6 inches high density foam", "6 inches") is not None


def test_where_there_is_a_volume_a_weight_is_no_capacity() -> None:
    assert _of_asked_kind("Capacity", "1.7 L kettle, 1.2 kg", "1.2 kg") is None
    assert _of_asked_kind("Capacity", "Carries 20 kg", "20 kg") is not None
    assert _of_asked_kind("Capacity", "500 ml (17 oz)", "17 oz") is not None
    assert _of_asked_kind("Weight Capacity", "1.7 L kettle, 1.2 kg", "1.2 kg") is not None


def test_the_unit_in_a_name_says_the_kind() -> None:
    assert _of_asked_kind("Capacity (ml)", "4.2 g, 30 ml", "4.2 g") is None
    assert _of_asked_kind("Capacity (ml)", "4.2 g, 30 ml", "30 ml") is not None
    assert _of_asked_kind("Length (L)", "95 cm", "95 cm") is not None  # a size of clothes

from __future__ import annotations

import pytest

from kg.extraction.spans.agreement import agreement


def _agreement(attribute: str, text: str, value: str, language: str = "en") -> float | None:
    start = text.index(value)
    return agreement(attribute, text, start, start + len(value), language)


@pytest.mark.parametrize(
    ("attribute", "text", "value", "language"),
    [
        ("Country of Origin", "Wool scarf\nCountry of origin: Italy", "Italy", "en"),
        ("Fill", "Pillow. Fill: down. Cover: cotton", "down", "en"),
        ("产地", "龙井茶\n产地：杭州", "杭州", "zh"),
    ],
)
def test_the_label_of_its_own_name_speaks_for_a_value(attribute: str, text: str, value: str, language: str) -> None:
    found = _agreement(attribute, text, value, language)
    assert found is not None
    assert found > 2


@pytest.mark.parametrize(
    ("attribute", "text", "value"),
    [
        ("Country", "Scarf\nCountry of origin: Italy", "Italy"),
        ("Fill", "Pillow. Fill: down. Cover: cotton", "cotton"),
    ],
)
def test_another_label_says_nothing(attribute: str, text: str, value: str) -> None:
    assert _agreement(attribute, text, value) == 0


def test_a_label_makes_no_answer_of_a_figure_of_another_kind() -> None:
    assert _agreement("Weight", "Weight: 30 cm", "30 cm") is None

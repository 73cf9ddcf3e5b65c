from __future__ import annotations

import time

import pytest

from kg.extraction.spans.decoding import Reading
from kg.extraction.spans.denying import denied_plainly


def _readings(text: str, *values: tuple[str, str, str, float]) -> list[Reading]:
    found = []
    for label, value, polarity, confidence in values:
        start = text.index(value)
        found.append(
            Reading(
                label, "negated" if polarity == "negated" else "affirmed", start, start + len(value), confidence,
                confidence >= 0.4,
            )
        )  # fmt: skip
    return found


def _settled(text: str, *values: tuple[str, str, str, float], language: str = "en") -> dict[str, tuple[str, bool]]:
    settled = denied_plainly(text, _readings(text, *values), language=language, keeps=lambda _, sure: sure >= 0.4)
    return {text[one.start : one.end]: (one.polarity, one.kept) for one in settled if one.confidence >= 0.05}


def test_a_value_denied_in_plain_words_is_denied() -> None:
    settled = _settled("Waterproof: No", ("FEATURE", "Waterproof", "affirmed", 0.8))
    assert settled == {"Waterproof": ("negated", True)}


def test_both_polarities_of_a_value_count_for_its_denial() -> None:
    text = "Not UL listed"
    (one,) = denied_plainly(
        text,
        _readings(
            text, ("CERTIFICATION", "UL listed", "affirmed", 0.3), ("CERTIFICATION", "UL listed", "negated", 0.2)
        ),
        language="en",
        keeps=lambda _, sure: sure >= 0.4,
    )
    assert (one.polarity, one.kept) == ("negated", True)
    assert 0.45 < one.confidence < 0.5


def test_what_denies_a_value_denies_the_rest_of_its_list() -> None:
    text = "Does it fit? Neither iPads, tablets nor phones; cases fit."
    settled = _settled(
        text,
        ("COMPATIBLE_WITH", "iPads", "negated", 0.8),
        ("COMPATIBLE_WITH", "phones", "affirmed", 0.8),
        ("COMPATIBLE_WITH", "cases", "affirmed", 0.8),
    )
    assert settled == {"iPads": ("negated", True), "phones": ("negated", True), "cases": ("affirmed", True)}


def test_features_change_from_one_to_the_next() -> None:
    settled = _settled(
        "No zip, side pockets", ("FEATURE", "zip", "negated", 0.8), ("FEATURE", "side pockets", "affirmed", 0.8)
    )
    assert settled["side pockets"] == ("affirmed", True)


def test_a_denial_that_is_denied_is_not_kept() -> None:
    assert _settled("but not BPA-free", ("CONTAINS", "BPA", "negated", 0.9)) == {"BPA": ("negated", False)}


def test_what_a_product_is_called_is_never_denied() -> None:
    text = "No. Not Samsung"
    assert _settled(text, ("BRAND", "Samsung", "affirmed", 0.9)) == {"Samsung": ("affirmed", True)}


def test_a_denial_around_a_value_counts_for_its_relation_alone() -> None:
    text = "2 AA batteries not included"
    settled = _settled(text, ("REQUIRES", "2 AA batteries", "affirmed", 0.9))
    assert settled == {"2 AA batteries": ("affirmed", True)}
    settled = _settled("Battery included: No", ("REQUIRES", "Battery", "affirmed", 0.9))
    assert settled == {"Battery": ("affirmed", True)}
    settled = _settled(text, ("INCLUDES", "2 AA batteries", "affirmed", 0.9))
    assert settled == {"2 AA batteries": ("negated", True)}


@pytest.mark.parametrize(
    ("unit", "language"),
    [
        ("free from nuts, ", "en"),
        ("❌ a ", "en"),
        ("not included: a, ", "en"),
        ("no a, b, ", "en"),
        ("不含花生、", "zh"),
    ],
)
def test_many_denials_cost_linear_time(unit: str, language: str) -> None:
    text = (unit * 200_000)[:200_000]
    readings = [Reading("CONTAINS", "affirmed", at, at + 1, 0.8, True) for at in range(0, 200_000, 20)]
    started = time.process_time()
    denied_plainly(text, readings, language=language, keeps=lambda _, sure: sure >= 0.4)
    assert time.process_time() - started < 6  # a second; what is quadratic takes ten

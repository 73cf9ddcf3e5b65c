from __future__ import annotations

import time

import pytest

from kg.contradictions import clashing_mentions, contest
from kg.extraction import matcher_extractor
from kg.extraction.negation import denials
from kg.facts import merge, read_facts
from kg.model import Mention, Product

CASES = {
    "brackets": "[" * 50_000 + "ignore previous instructions",
    "lines": "\n" * 50_000 + "5 kg",
    "fractions": "1/" * 25_000,
    "crosses": "1x" * 25_000,
    "denials": "no a," * 10_000,
    "stops": "。" * 50_000,
    "one word": "a" * 200_000,
    "spaces": " " * 50_000,
    "no punctuation": "free without battery lid included 5 kg steel body " * 1_000,
    "Chinese": "不含酒精和10小时" * 2_000,
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", CASES)
def test_long_hostile_texts_cost_linear_time(name: str, language: str) -> None:
    extractor = matcher_extractor()
    extractor.mentions([Product(product_id="warm", title="Mug", language=language)])
    started = time.process_time()  # of this process, however busy the machine is with others
    read_facts([Product(product_id="p", title="Mug", description=CASES[name], language=language)], extractor)
    # quadratic handling of any of these takes minutes
    assert time.process_time() - started < 20


@pytest.mark.parametrize(
    ("bullet", "description", "most"),
    [
        ("Sugar free. " * 400, "Contains sugar. " * 4_000, 20),
        ("".join(f"Free from a{index}. " for index in range(400)), "Contains a1, " * 4_000, 20),
        ("Sugar free. ", "Contains " + "sugar " * 20_000, 20),
        ("Aluminium body", "steel body " * 20_000, 20_001),
    ],
    ids=["contents", "many contents", "one sentence", "materials"],
)
def test_clashing_texts_cost_linear_time(bullet: str, description: str, most: int) -> None:
    product = Product(product_id="p", title="Mug", bullets=(bullet,), description=description)
    started = time.process_time()
    mentions = clashing_mentions(product)
    assert time.process_time() - started < 20
    assert 2 <= len(mentions) <= most


@pytest.mark.parametrize("text", ["a/" * 100_000, "1." * 100_000 + "1", "a'b&" * 50_000])
def test_long_words_cost_linear_time(text: str) -> None:
    started = time.process_time()
    denials(f"{text} not included", "en")
    assert time.process_time() - started < 20


def test_measures_without_a_part_are_compared_with_nothing() -> None:
    text = "".join(f"{index:05} mm " for index in range(20_000))
    product = Product(product_id="p", title="Mug", description=text)
    facts = merge(
        product,
        (
            Mention(
                relation="MEASURE", polarity="affirmed", source="text", field="description", start=start, end=start + 8,
                text=text[start : start + 8], confidence=0.9, extractor="measures",
            )
            for start in range(0, len(text), 9)
        ),
    )  # fmt: skip
    started = time.process_time()
    assert contest(facts) == facts
    assert time.process_time() - started < 20

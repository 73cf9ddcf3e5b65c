from __future__ import annotations

import time

import pytest

from kg.extraction import matcher_extractor
from kg.facts import read_facts
from kg.model import Product

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

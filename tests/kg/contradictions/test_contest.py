from __future__ import annotations

from typing import Any

import pytest

from kg.extraction import matcher_extractor
from kg.facts import read_facts
from kg.model import Fact, Product


def _contested(**fields: Any) -> list[Fact]:
    product = Product(product_id="p", **fields)
    return [fact for fact in read_facts([product], matcher_extractor())[0] if fact.state == "contested"]


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "Hair Dryer, 1800 W", "description": "A dryer with a 1600 W motor."},
        {
            "title": "Lamp",
            "bullets": ("10 hours at full brightness",),
            "description": "Lasts 8 hours at full brightness.",
        },
        {"title": "Pot", "material": "Stainless steel", "description": "The pressed aluminium body heats quickly."},
        {"title": "Vest", "description": "Filled with responsible down.", "bullets": ("Contains no down or feathers",)},
        {"title": "炒锅", "bullets": ("内胆304不锈钢",), "description": "内胆采用316不锈钢。", "language": "zh"},
    ],
)
def test_what_cannot_both_be_true_is_contested(fields: dict[str, Any]) -> None:
    assert len(_contested(**fields)) >= 2


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "Box, 40 x 30 x 20 cm", "bullets": ("42 cm wide with handles", "Lid 5 cm high")},
        {"title": "Set", "bullets": ("Pack of 4", "12 pieces")},
        {"title": "Bottle", "bullets": ("Cold for 24 hours, hot for 12",)},
        {"title": "Scale, 5.4 kg", "bullets": ("Weighs 12 lb",)},
        {
            "title": "Pot",
            "material": "Stainless steel",
            "bullets": ("18/8 stainless steel body", "Aluminium base", "Glass lid"),
        },
        {"title": "Kettle", "bullets": ("BPA free", "Carafe is dishwasher safe, lid is not")},
        {"title": "Earbuds", "bullets": ("8 hours per charge", "30 hours with the case")},
        {"title": "Dress", "bullets": ("Ships up and down the country", "no down")},
    ],
)
def test_several_values_are_no_contradiction(fields: dict[str, Any]) -> None:
    assert _contested(**fields) == []


def test_two_brands_contradict_but_a_line_of_the_brand_does_not() -> None:
    assert _contested(title="Plain Mug", brand="Unknown") == []
    assert _contested(title="TRESemme Shampoo", brand="TRESemmé") == []

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kg.contradictions import contest
from kg.extraction import matcher_extractor
from kg.facts import merge, read_facts
from kg.model import Fact, Mention, Product

if TYPE_CHECKING:
    from kg.model import Polarity


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
        {"title": "Humidifier", "bullets": ("Tank capacity 1.5 L / 50.7 fl oz",), "description": "The tank holds 2 L"},
        {"title": "Cereal", "bullets": ("Sugar-free", "Gluten-free"), "description": "Contains 10 g sugar."},
        {"title": "Cereal", "bullets": ("Milk free",), "description": "Ingredients: oat milk, milk, salt"},
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
        {"title": "Cereal", "bullets": ("Sugar-free",), "description": "Contains 0g sugar and 0 calories."},
        {"title": "Cereal", "bullets": ("Sugar-free",), "description": "Contains less than 1 g sugar."},
        {"title": "Cereal", "bullets": ("Sugar-free",), "description": "Contains zero grams of sugar"},
        {"title": "Cereal", "bullets": ("Sugar-free",), "description": "Contains none of these: sugar, salt."},
        {"title": "Cream", "bullets": ("Alcohol-free",), "description": "Ingredients: water, cetyl alcohol"},
        {"title": "Cereal", "bullets": ("Milk free",), "description": "Ingredients: coconut milk"},
        {"title": "Comb", "bullets": ("Plastic-free packaging",), "description": "Made from recycled plastic."},
        {
            "title": "Humidifier",
            "bullets": ("Tank capacity 1.5 L / 50.7 fl oz",),
            "description": "The tank holds 1.5 liters (50 oz)",
        },
    ],
)
def test_several_values_are_no_contradiction(fields: dict[str, Any]) -> None:
    assert _contested(**fields) == []


def test_two_brands_contradict_but_a_line_of_the_brand_does_not() -> None:
    assert _contested(title="Plain Mug", brand="Unknown") == []
    assert _contested(title="TRESemme Shampoo", brand="TRESemmé") == []


def test_a_brand_of_symbols_is_no_other_maker() -> None:
    for brand in ("🔥 🔥", "+ +"):
        assert _contested(title="Nike Air Max 90 running shoes for men", brand=brand) == []


def test_a_field_that_affirms_and_denies_hides_no_contradiction_with_another_field() -> None:
    def leather(polarity: Polarity, field: str, start: int) -> Mention:
        return Mention(
            relation="MATERIAL", polarity=polarity, source="text", field=field, start=start, end=start + 7,
            text="leather", confidence=0.9, extractor="test",
        )  # fmt: skip

    product = Product(product_id="p", title="Bag", material="leather", description="leather, no leather")
    inside = [leather("affirmed", "description", 0), leather("negated", "description", 12)]
    assert {fact.state for fact in contest(merge(product, inside))} == {"open"}
    facts = contest(merge(product, [leather("affirmed", "material", 0), *inside]))
    assert [fact.state for fact in facts] == ["contested", "contested"]

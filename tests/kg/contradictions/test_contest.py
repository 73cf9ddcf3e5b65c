from __future__ import annotations

import time
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import pytest

from kg.contradictions import contest
from kg.extraction import matcher_extractor
from kg.facts import merge, read_facts
from kg.model import Fact, Mention, Product

if TYPE_CHECKING:
    from kg.model import Polarity
    from kg.ontology import Relation

_COUNT: Final = count()


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


def _mention(relation: Relation, polarity: Polarity, value: str, field: str = "description") -> Mention:
    """A mention of ``value``; no two overlap."""
    start = 100 * next(_COUNT)
    return Mention(
        relation=relation, polarity=polarity, source="text", field=field, start=start, end=start + len(value),
        text=value, confidence=0.9, extractor="test",
    )  # fmt: skip


def _states(*mentions: Mention) -> list[str]:
    return [fact.state for fact in contest(merge(Product(product_id="p", title="Thing"), mentions))]


@pytest.mark.parametrize(
    ("relation", "value", "other"),
    [
        ("CONTAINS", "soy", "Soy"),
        ("CONTAINS", "peanuts", "peanut"),
        ("MATERIAL", "Feathers", "feather"),
        ("INCLUDES", "battery", "batteries"),
        ("FEATURE", "Adjustable straps", "adjustable strap"),
        ("FEATURE", "waterproof", "water proof"),
        ("COMPATIBLE_WITH", "Google Assistant", "google assistant"),
        ("SUITABLE_FOR", "dogs", "dog"),
        ("MEASURE", "5.4 kg", "5400 g"),
        ("SPEC", "110 V", "110 volts"),
        ("CERTIFICATION", "UL Listed", "UL listed"),
    ],
)
@pytest.mark.parametrize("field", ["description", "bullets[0]"])
def test_one_value_affirmed_and_denied_is_contested(relation: Relation, value: str, other: str, field: str) -> None:
    for one, two in ((value, other), (other, value)):
        facts = [
            _mention(relation, "affirmed", one),
            _mention(relation, "negated", two, field),
            _mention("COLOR", "affirmed", "red"),
        ]
        assert _states(*facts) == ["contested", "contested", "open"]


@pytest.mark.parametrize(
    ("affirmed", "denied"),
    [
        (("MATERIAL", "leather"), ("CONTAINS", "leather")),
        (("CONTAINS", "leather"), ("MATERIAL", "leather")),
        (("MATERIAL", "PVC"), ("CONTAINS", "pvc")),
        (("SPEC", "110 V"), ("MEASURE", "110 V")),
    ],
)
def test_what_one_relation_affirms_a_like_one_denies(
    affirmed: tuple[Relation, str], denied: tuple[Relation, str]
) -> None:
    assert _states(_mention(affirmed[0], "affirmed", affirmed[1]), _mention(denied[0], "negated", denied[1])) == [
        "contested",
        "contested",
    ]


@pytest.mark.parametrize(
    ("affirmed", "denied"),
    [
        (("REQUIRES", "batteries"), ("INCLUDES", "batteries")),
        (("SUITABLE_FOR", "dogs"), ("SUITABLE_FOR", "dogs under 5 kg")),
        (("FEATURE", "water resistant"), ("FEATURE", "waterproof")),
        (("BRAND", "Brooks"), ("BRAND", "Brook")),
        (("MEASURE", "-5 °C"), ("MEASURE", "5 °C")),
        (("CONTAINS", "sugar alcohol"), ("CONTAINS", "sugar")),
        (("CONTAINS", "coconut milk"), ("CONTAINS", "milk")),
    ],
)
def test_another_value_denied_in_one_field_is_no_contradiction(
    affirmed: tuple[Relation, str], denied: tuple[Relation, str]
) -> None:
    assert _states(_mention(affirmed[0], "affirmed", affirmed[1]), _mention(denied[0], "negated", denied[1])) == [
        "open",
        "open",
    ]


@pytest.mark.parametrize(
    ("affirmed", "denied", "state"),
    [
        (("CONTAINS", "skimmed milk"), "milk", "contested"),
        (("CONTAINS", "milk and coconut milk"), "milk", "contested"),
        (("CONTAINS", "coconut milk"), "milk", "open"),
        (("MATERIAL", "PVC tarpaulin"), "pvc", "contested"),
        (("MATERIAL", "goose feathers"), "feathers", "contested"),
        (("MATERIAL", "goose feathers"), "down", "open"),
        (("CONTAINS", "red palm oil"), "palm oil", "contested"),
        (("INCLUDES", "milk frother"), "milk", "open"),
    ],
)
def test_a_kind_of_what_another_field_denies_is_contested(
    affirmed: tuple[Relation, str], denied: str, state: str
) -> None:
    facts = [_mention(affirmed[0], "affirmed", affirmed[1]), _mention("CONTAINS", "negated", denied, "bullets[0]")]
    assert _states(*facts) == [state, state]


def test_a_field_that_explains_itself_hides_no_contradiction_with_another_field() -> None:
    inside = [_mention("CONTAINS", "affirmed", "skimmed milk"), _mention("CONTAINS", "negated", "milk")]
    assert _states(*inside) == ["open", "open"]
    assert _states(*inside, _mention("CONTAINS", "affirmed", "skimmed milk", "bullets[0]")) == [
        "contested",
        "contested",
    ]


@pytest.mark.parametrize("field", ["description", "bullets[0]"])
@pytest.mark.parametrize(
    ("affirmed", "denied", "state"),
    [("lactose", "dairy", "contested"), ("gelatine", "gelatin", "contested"), ("dairy", "lactose", "open")],
)
def test_a_substance_that_implies_what_is_denied_is_contested(
    affirmed: str, denied: str, state: str, field: str
) -> None:
    facts = [_mention("CONTAINS", "affirmed", affirmed), _mention("CONTAINS", "negated", denied, field)]
    assert _states(*facts) == [state, state]


def test_what_is_read_from_the_words_of_a_contested_fact_is_contested_with_it() -> None:
    denied = _mention("CONTAINS", "negated", "soy")
    feature = replace(denied, relation="FEATURE", polarity="affirmed", text="soy-free", end=denied.start + 8)
    beside = replace(
        denied, relation="FEATURE", polarity="affirmed", text="vegan", start=denied.end, end=denied.end + 5
    )
    elsewhere = replace(feature, field="bullets[0]", text="soy-free bar")
    name = replace(feature, relation="TYPE", text="soy-free thing")
    mentions = [_mention("CONTAINS", "affirmed", "soy"), denied, feature, beside, elsewhere, name]
    assert _states(*mentions) == ["contested", "contested", "contested", "open", "open", "open"]


def test_many_denials_cost_linear_time() -> None:
    values = [f"{index:05} oil" for index in range(10_000)]
    denied = [_mention("CONTAINS", "negated", value) for value in values]
    stated = [_mention("CONTAINS", "affirmed", f"pure {value}", "bullets[0]") for value in values]
    others = [_mention("FEATURE", "affirmed", f"{value} lamp") for value in values]
    facts = merge(Product(product_id="p", title="Oil"), [*denied, *stated, *others])
    started = time.process_time()
    contested = contest(facts)
    assert time.process_time() - started < 20
    assert sum(fact.state == "contested" for fact in contested) == 2 * len(values)

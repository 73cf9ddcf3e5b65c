from __future__ import annotations

import itertools
import random
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from generation.ad_copy import CHANNELS, AdRequest, display_width, validate, write_ad
from generation.ad_copy.planning import plan_facts
from generation.ad_copy.policy import policy_problems
from generation.ad_copy.readability import reads_well
from generation.ad_copy.selection import contradict
from generation.ad_copy.wording import listed, title_case, with_article
from generation.grounding import check_claims, worst
from kg.model import Claim
from shelfgraph.errors import UnprocessableError
from tests.generation.conftest import a_fact

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.model import Fact, Product, Text
    from kg.ontology import Relation

    Shop = dict[str, tuple[Product, tuple[Fact, ...]]]


def _write(product: Product, facts: Any, **more: Any) -> tuple[Text, ...]:
    request = AdRequest(product_id=product.product_id, **{"channel": "google_search", **more})
    return write_ad(request, product, facts, generator=None)


@pytest.mark.parametrize("channel", list(CHANNELS))
@pytest.mark.parametrize("tone", ["plain", "playful", "premium", "practical"])
def test_every_part_is_within_limits_and_rests_on_open_facts(
    channel: str, tone: str, jacket: tuple[Product, list[Fact]]
) -> None:
    product, facts = jacket
    (text,) = _write(product, facts, channel=channel, tone=tone)
    known = {fact.fact_id for fact in facts if fact.state == "open"}
    for slot in CHANNELS[channel]:
        parts = [part for part in text.parts if part.kind == slot.kind]
        assert slot.least <= len(parts) <= slot.most
        assert all(display_width(part.text) <= slot.limit for part in parts)
    for part in text.parts:
        assert worst(part.claims) in {"supported", "implied"}
        assert {one for claim in part.claims for one in claim.fact_ids} <= known
        assert any(claim.fact_ids for claim in part.claims)
        assert not policy_problems(part.text, names=("Tarnhollow", "Squall", "UPF 50+"))


def test_the_same_request_gives_the_same_parts_and_another_seed_others(jacket: tuple[Product, list[Fact]]) -> None:
    product, facts = jacket
    (first,), (again,) = _write(product, facts, seed=1), _write(product, facts, seed=1)
    (other,) = _write(product, facts, seed=2)
    assert first.parts == again.parts
    assert [part.text for part in first.parts] != [part.text for part in other.parts]


def test_the_order_of_the_facts_does_not_matter(jacket: tuple[Product, list[Fact]]) -> None:
    product, facts = jacket
    shuffled = random.Random(5).sample(facts, len(facts))
    assert _write(product, facts)[0].parts == _write(product, shuffled)[0].parts


def test_variants_differ(jacket: tuple[Product, list[Fact]]) -> None:
    texts = _write(*jacket, variants=3)
    assert len({tuple(part.text for part in text.parts) for text in texts}) == 3


def test_five_headlines_that_no_combination_makes_repeat_or_contradict(jacket: tuple[Product, list[Fact]]) -> None:
    (text,) = _write(*jacket)
    headlines = [part.text for part in text.parts if part.kind == "headline"]
    assert len(headlines) >= 5
    for left, right in itertools.combinations([part.text for part in text.parts if part.kind != "path"], 2):
        assert left.lower() != right.lower()
        assert not contradict(left, right, "en")


def test_what_is_denied_is_never_advertised_as_affirmed(jacket: tuple[Product, list[Fact]]) -> None:
    product, facts = jacket
    for seed in range(4):
        (text,) = _write(product, facts, seed=seed)
        words = " ".join(part.text for part in text.parts).lower()
        assert "insulated" not in words
        assert "pfas" not in words or "no pfas" in words or "without pfas" in words


def test_contested_facts_stay_out(jacket: tuple[Product, list[Fact]]) -> None:
    product, facts = jacket
    facts = [replace(fact, state="contested") if fact.value.lower() == "teal" else fact for fact in facts]
    for seed in range(3):
        (text,) = _write(product, facts, seed=seed)
        assert "teal" not in " ".join(part.text for part in text.parts).lower()


def test_the_contested_material_of_the_sample_is_not_advertised(shop: Shop) -> None:
    product, facts = shop["HK-2010"]
    materials = {fact.entity.name.lower(): fact.state for fact in facts if fact.relation == "MATERIAL"}
    disputed = {name for name in materials if "steel" in name or "alumin" in name}
    assert len(disputed) > 1
    assert {materials[name] for name in disputed} == {"contested"}
    for channel in CHANNELS:
        for seed in range(3):
            (text,) = _write(product, facts, channel=channel, seed=seed)
            words = " ".join(part.text for part in text.parts).lower()
            assert "steel" not in words
            assert "alumin" not in words
            assert "glass" not in words  # of which its lid is


@pytest.mark.parametrize("product_id", ["GD-2002", "EL-1033", "HL-1301", "ZH-7003"])
def test_hostile_text_moves_no_ad(product_id: str, shop: Shop) -> None:
    product, facts = shop[product_id]
    for channel in CHANNELS:
        try:
            (text,) = _write(product, facts, channel=channel)
        except UnprocessableError as error:
            assert error.code == "ad_copy.too_few_facts"  # noqa: PT017 - either an ad or this refusal
            continue
        words = " ".join(part.text for part in text.parts).lower()
        for word in (
            "recall",
            "insomnia",
            "hypertension",
            "kestrivo",
            "fernhault",
            "prompt",
            "第一",
            "有毒",
            "approved",
            "certified as",
        ):
            assert word not in words


def test_chinese(shop: Shop) -> None:
    product, facts = shop["ZH-1001"]
    (text,) = _write(product, facts)
    assert text.language == "zh"
    assert all(display_width(part.text) <= 30 for part in text.parts if part.kind == "headline")
    for part in text.parts:
        assert worst(check_claims(part.text, facts, language="zh")) in {"supported", "implied"}
    (other,) = _write(product, facts, seed=9)
    assert [part.text for part in text.parts] != [part.text for part in other.parts]


def test_too_few_facts_are_refused_with_what_is_there(
    fact: Callable[..., Fact], jacket: tuple[Product, list[Fact]]
) -> None:
    with pytest.raises(UnprocessableError) as caught:
        _write(jacket[0], [fact("BRAND", "Tarnhollow")])
    assert caught.value.code == "ad_copy.too_few_facts"
    assert caught.value.details["facts"] == [{"relation": "BRAND", "polarity": "affirmed", "value": "Tarnhollow"}]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"channel": "tiktok"}, "ad_copy.unknown_channel"),
        ({"channel": ["meta"]}, "ad_copy.unknown_channel"),
        ({"tone": "angry"}, "ad_copy.unknown_tone"),
        ({"language": "tlh"}, "ad_copy.language_unsupported"),
        ({"variants": 6}, "ad_copy.variants_invalid"),
        ({"variants": True}, "ad_copy.variants_invalid"),
        ({"seed": -1}, "ad_copy.seed_invalid"),
        ({"product_id": ""}, "ad_copy.product_missing"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_with_its_code(params: dict[str, Any], code: str) -> None:
    with pytest.raises(UnprocessableError) as caught:
        validate({"product_id": "P1", **params})
    assert caught.value.code == code


def test_a_product_in_a_language_without_support_is_refused(jacket: tuple[Product, list[Fact]]) -> None:
    product, facts = jacket
    with pytest.raises(UnprocessableError) as caught:
        _write(replace(product, language="de"), facts)
    assert caught.value.code == "ad_copy.language_unsupported"


def test_width_counts_as_the_platforms_count() -> None:
    assert display_width("Soft tee") == 8
    assert display_width("炒锅32cm") == 8
    assert display_width("e\u0301") == 1
    assert display_width("Ｔ") == 2


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("The best tee", "superlative"),
        ("SOFT TEES here", "all_caps"),
        ("Soft tee!", "exclamation"),
        ("Only $9", "price"),
        ("Order now", "urgency"),
        ("Soft tee ✨", "symbol"),
        ("Soft... tee", "punctuation"),
        ("Guaranteed soft", "superlative"),
    ],
)
def test_policy(text: str, problem: str) -> None:
    assert problem in policy_problems(text, headline=True)


def test_names_keep_their_spelling() -> None:
    assert policy_problems("TARNHOLLOW jacket", names=("TARNHOLLOW",)) == []


def test_wording() -> None:
    assert title_case("made for the 18 mm USB-C cable") == "Made for the 18 mm USB-C Cable"
    assert with_article("alarm clock", plural=False) == "an alarm clock"
    assert with_article("USB cable", plural=False) == "a USB cable"
    assert with_article("earbuds", plural=True) == "earbuds"
    assert listed(["a", "b", "c"]) == "a, b and c"


def _read(text: str, field: str, relation: Relation, value: str, **more: Any) -> Fact:
    """A fact that an extractor read in a field, at the place where its value stands there."""
    fact = a_fact(relation, value, polarity=more.get("polarity", "affirmed"))
    start = text.index(value)
    evidence = replace(
        fact.evidence[0], source="text", field=field, start=start, end=start + len(value), confidence=more["sure"]
    )
    return replace(fact, confidence=more["sure"], evidence=(evidence,))


def test_a_guess_is_not_advertised_but_a_phrase_the_merchant_set_apart_is(jacket: tuple[Product, list[Fact]]) -> None:
    """A guess in running text once sold a bulb for "fully enclosed fittings", which its bullet ruled out."""
    product, facts = jacket
    bullet, prose = "Deep chest pocket, not for fully enclosed fittings", "It holds a 900 g loaf of bread."
    product = replace(product, bullets=(bullet,), description=prose)
    guesses = [
        _read(bullet, "bullets[0]", "FEATURE", "Deep chest pocket", sure=0.25),
        _read(bullet, "bullets[0]", "FEATURE", "fully enclosed fittings", sure=0.25),
        _read(prose, "description", "FEATURE", "900 g loaf", sure=0.4),
    ]
    stated = {fact.value for fact in plan_facts(product, [*facts, *guesses], language="en").facts}
    assert "Deep chest pocket" in stated
    assert not {"fully enclosed fittings", "900 g loaf"} & stated


def test_what_is_said_and_denied_is_said_neither_way(jacket: tuple[Product, list[Fact]]) -> None:
    product, facts = jacket
    both = [a_fact("CONTAINS", "down"), a_fact("CONTAINS", "down", polarity="negated")]
    assert "down" not in {fact.value for fact in plan_facts(product, [*facts, *both], language="en").facts}


def test_sold_apart_is_not_made_without(jacket: tuple[Product, list[Fact]]) -> None:
    product, facts = jacket
    bullet = "USB charging lead not included"
    product = replace(product, bullets=(bullet,))
    lead = _read(bullet, "bullets[0]", "CONTAINS", "USB charging lead", polarity="negated", sure=0.9)
    assert lead.fact_id not in {fact.fact_id for fact in plan_facts(product, [*facts, lead], language="en").facts}


def test_of_several_materials_all_are_named(jacket: tuple[Product, list[Fact]]) -> None:
    product, facts = jacket
    facts = [*facts, a_fact("MATERIAL", "mesh")]
    for seed in range(4):
        (text,) = _write(product, facts, seed=seed)
        for part in text.parts:
            words = part.text.lower()
            if "made of" in words or "in mesh" in words or "in recycled nylon" in words:
                assert "mesh" in words
                assert "recycled nylon" in words


def test_no_number_is_said_twice_in_a_part(shop: Shop) -> None:
    for product, facts in shop.values():
        if product.language != "en":
            continue
        try:
            (text,) = _write(product, facts, channel="plain")
        except UnprocessableError:
            continue
        paragraph = text.parts[-1].text
        numbers = re.findall(r"\d[\d.,]*\d|\d", paragraph)
        assert len(numbers) == len(set(numbers)) or "x" in paragraph, paragraph


def test_variants_say_other_things_where_the_facts_allow(jacket: tuple[Product, list[Fact]]) -> None:
    product, facts = jacket
    texts = _write(product, facts, channel="meta", variants=3)
    for kind in ("primary_text", "headline", "description"):
        said = [part.text for text in texts for part in text.parts if part.kind == kind]
        assert len(said) == len(set(said)) == 3


@pytest.mark.parametrize(
    "text",
    ["A espresso machine with a lid.", "Laptop Stand: Corvenna", "This laptop stands up to 5 kg.", "Orso in Model 2"],
)
def test_faults_that_small_models_make_are_seen(text: str) -> None:
    assert not reads_well(text, (), {})


def test_a_model_may_not_name_one_material_of_several() -> None:
    claim = Claim(start=16, end=24, verdict="supported", fact_ids=("silicone",))
    text = "Laptop Stand in Silicone"
    stand = Claim(start=0, end=12, verdict="supported", fact_ids=("stand",))
    relations: dict[str, Relation] = {"stand": "TYPE", "silicone": "MATERIAL"}
    assert reads_well(text, (stand, claim), relations)
    assert not reads_well(text, (stand, claim), relations | {"aluminium": "MATERIAL"})

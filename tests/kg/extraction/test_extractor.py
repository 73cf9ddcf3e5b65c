from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from string import ascii_lowercase

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.extraction import load_extractor, matcher_extractor
from kg.extraction.extractor import PipelineExtractor
from kg.extraction.loading import _matchers
from kg.model import Mention, Product
from shelfgraph.errors import SetupError
from shelfgraph.settings import Settings

from .strategies import HARD_TEXTS


def _mentions(title: str, *bullets: str, description: str = "", language: str = "en") -> list[Mention]:
    product = Product(product_id="p", title=title, bullets=bullets, description=description, language=language)
    return matcher_extractor().mentions([product])[0]


def _stated(mentions: list[Mention]) -> set[tuple[str, str, str]]:
    return {(one.relation, one.polarity, one.text) for one in mentions}


def test_a_listing_is_read() -> None:
    found = _stated(
        _mentions(
            "Hanes Women's Full Zip Hoodie, Black, Small",
            "Machine washable polyester with pockets",
            "Waterproof, 5.4 kg, pack of 4",
        )
    )
    assert ("BRAND", "affirmed", "Hanes") in found
    assert ("TYPE", "affirmed", "Hoodie") in found
    assert ("COLOR", "affirmed", "Black") in found
    assert ("MATERIAL", "affirmed", "polyester") in found
    assert ("FEATURE", "affirmed", "Waterproof") in found


@pytest.mark.parametrize(
    ("bullet", "relation", "value", "language"),
    [
        ("Batteries not included", "INCLUDES", "Batteries", "en"),
        ("BPA free lid", "CONTAINS", "BPA", "en"),
        ("Free from gluten, dairy and soy", "CONTAINS", "dairy", "en"),
        ("Gentle formula, no parabens or sulfates", "CONTAINS", "sulfates", "en"),
        ("No tools required", "REQUIRES", "tools", "en"),
        ("不含酒精、香精", "CONTAINS", "香精", "zh"),
        ("不附赠充电头和收纳袋", "INCLUDES", "充电头", "zh"),
    ],
)
def test_what_a_text_denies_is_negated(bullet: str, relation: str, value: str, language: str) -> None:
    title = "保湿面膜" if language == "zh" else "Travel Mug with Lid"
    assert (relation, "negated", value) in _stated(_mentions(title, bullet, language=language))


def test_a_free_that_denies_no_substance_is_a_feature() -> None:
    found = _mentions("Hanes Hoodie", "Comfortable tag-free collar", "Hands-free operation, free shipping")
    assert not [one for one in found if one.polarity == "negated"]


def test_offsets_point_into_the_raw_field() -> None:
    raw = "<p>Made of <b>stainless&nbsp;steel</b> &amp; glass</p>\u200b"
    product = Product(product_id="p", title="Kettle 1.7 L", description=raw)
    found = matcher_extractor().mentions([product])[0]
    assert any(one.relation == "MATERIAL" and one.field == "description" for one in found)
    for one in found:
        assert product.raw_field(one.field)[one.start : one.end] == one.text


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(HARD_TEXTS, HARD_TEXTS, st.sampled_from(["en", "zh", "fr"]))
def test_any_text_is_read_with_exact_offsets(title: str, description: str, language: str) -> None:
    product = Product(
        product_id="p", title=title, description=description, bullets=(description, title), language=language
    )
    for one in matcher_extractor().mentions([product])[0]:
        assert product.raw_field(one.field)[one.start : one.end] == one.text
        assert 0 <= one.confidence <= 1


def test_the_order_of_a_batch_does_not_matter() -> None:
    products = [
        Product(product_id="a", title="Steel Kettle, 1.7 L"),
        Product(product_id="b", title="不锈钢保温杯 500ml", language="zh"),
        Product(product_id="c", title=""),
    ]
    forward = matcher_extractor().mentions(products)
    assert matcher_extractor().mentions(products[::-1]) == forward[::-1]
    assert forward[2] == []


def _fresh(language: str, chance: random.Random) -> list[Product]:
    """Products of words that nobody read before."""
    letters = ascii_lowercase if language == "en" else "".join(map(chr, range(0x4E00, 0x9FA5)))
    words = ["".join(chance.choices(letters, k=8)) for _ in range(1000)]
    titles = [" ".join([*words[start : start + 20], "500 ml"]) for start in range(0, 1000, 20)]
    return [Product(product_id=title, title=title, language=language) for title in titles]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_matchers_forget_the_words_that_they_read(language: str) -> None:
    extractor, chance = matcher_extractor(), random.Random(3)
    extractor.mentions([Product(product_id="p", title="Mug, 500 ml", language=language)])
    known = len(_matchers(language).vocab.strings)
    for _ in range(2):
        assert any(extractor.mentions(_fresh(language, chance)))
        assert len(_matchers(language).vocab.strings) == known


@pytest.mark.parametrize("language", ["en", "zh"])
def test_threads_may_read_with_one_pipeline_at_a_time(language: str) -> None:
    extractor, chance = matcher_extractor(), random.Random(4)
    batches = [_fresh(language, chance)[:10] * 3 for _ in range(8)]
    alone = [extractor.rated(batch) for batch in batches]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(extractor.rated, batches)) == alone


def test_each_language_has_the_version_of_what_reads_it() -> None:
    extractor = PipelineExtractor({"en": "english-1", "zh": "chinese-2"}, lambda _: nullcontext(_matchers("en")))
    assert extractor.version == "english-1+chinese-2"
    assert [extractor.version_for(language) for language in ("en", "de", "zh")] == [
        "english-1", "english-1", "chinese-2",
    ]  # fmt: skip
    assert matcher_extractor().version == matcher_extractor().version_for("zh") == "matchers-1"


def test_an_unknown_extractor_is_a_coded_error() -> None:
    assert load_extractor(Settings()).version
    with pytest.raises(SetupError) as caught:
        load_extractor(Settings(relation_model="nonsense"))
    assert caught.value.code == "setup.relation_model_unknown"

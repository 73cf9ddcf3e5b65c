from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from generation.review_summary import summarise
from kg.model import Product, Review
from shelfgraph.errors import UnprocessableError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    ReviewsOf = Callable[[str], list[Review]]


@pytest.fixture
def products(sample_products: Sequence[Product]) -> dict[str, Product]:
    return {product.product_id: product for product in sample_products}


@pytest.mark.parametrize("product_id", ["HK-1001", "EL-1006", "PT-1001", "CL-1001", "ZH-2001", "ZH-4001"])
def test_every_sentence_names_its_reviews_and_every_quote_is_there(
    product_id: str, products: dict[str, Product], reviews_of: ReviewsOf
) -> None:
    reviews = {review.review_id: review for review in reviews_of(product_id)}
    text = summarise(products[product_id], list(reviews.values()))
    kinds = {part.kind for part in text.parts}
    assert {"verdict", "pro", "aspect"} <= kinds <= {"verdict", "pro", "con", "minority", "aspect"}
    for part in text.parts:
        assert part.review_ids
        assert set(part.review_ids) <= set(reviews)
        for quote in part.data.get("quotes", ()):
            review = reviews[quote["review_id"]]
            raw = review.title if quote["field"] == "title" else review.body
            assert raw[quote["start"] : quote["end"]] == quote["text"]
        for said in re.findall("“(.+?)”", part.text):
            assert any(said in f"{reviews[one].title}\n{reviews[one].body}" for one in part.review_ids)


def test_counts_are_the_counts(products: dict[str, Product], reviews_of: ReviewsOf) -> None:
    text = summarise(products["PT-1001"], reviews_of("PT-1001"))
    verdict = text.parts[0]
    ratings = [review.rating or 0 for review in reviews_of("PT-1001")]
    assert verdict.text.startswith(f"{sum(r >= 4 for r in ratings)} of {len(ratings)} reviewers give it 4 or 5 stars")
    noise = next(part for part in text.parts if part.kind == "con" and part.data["aspect"] == "noise")
    assert noise.data["count"] == len(noise.review_ids)
    assert set(noise.review_ids) >= {"R-PT-1001-1", "R-PT-1001-4", "R-PT-1001-13"}
    minority = next(part for part in text.parts if part.kind == "minority")
    assert "R-PT-1001-5" in minority.review_ids


@pytest.mark.parametrize(
    ("product_id", "hostile"),
    [("HK-1001", "R-HK-1001-14"), ("CP-2014", "R-CP-2014-3"), ("BG-1201", "R-BG-1201-2"), ("ZH-2009", "R-ZH-2009-3")],
)
def test_a_hostile_review_contributes_nothing(
    product_id: str, hostile: str, products: dict[str, Product], reviews_of: ReviewsOf
) -> None:
    text = summarise(products[product_id], reviews_of(product_id))
    assert hostile not in text.review_ids
    assert text.details["reviews_left_out"] == 1
    assert (
        summarise(products[product_id], [r for r in reviews_of(product_id) if r.review_id != hostile]).parts
        == text.parts
    )


@pytest.mark.parametrize("reviews", [[], [Review(review_id="R1", product_id="P", rating=5, body="  ")]])
def test_without_reviews_there_is_no_summary(reviews: list[Review]) -> None:
    with pytest.raises(UnprocessableError) as caught:
        summarise(Product(product_id="P", title="Lamp"), reviews)
    assert caught.value.code == "review_summary.no_reviews"


def test_negation_turns_an_opinion() -> None:
    reviews = [
        Review(review_id="A", product_id="P", rating=5, body="The motor is not loud at all."),
        Review(review_id="B", product_id="P", rating=2, body="So loud that the dog hides."),
    ]
    text = summarise(Product(product_id="P", title="Fan"), reviews)
    noise = next(part for part in text.parts if part.kind == "aspect" and part.data["aspect"] == "noise")
    assert (noise.data["positive"], noise.data["negative"]) == (["A"], ["B"])


def test_the_language_can_be_chosen(products: dict[str, Product], reviews_of: ReviewsOf) -> None:
    text = summarise(products["ZH-2001"], reviews_of("ZH-2001"), language="zh")
    assert text.parts[0].text.startswith("16条评价中")

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from generation import jobs
from kg.catalog import content_hash, offer_hash, review_hash
from kg.facts import read_facts
from kg.graph import ProductWrite, ReviewWrite
from shelfgraph.errors import InvalidRequestError, NotFoundError, UnprocessableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.extraction import Extractor
    from kg.graph import ProductGraph
    from kg.model import Product, Review


@pytest.fixture
def stocked(
    graph: ProductGraph, extractor: Extractor, sample_products: Sequence[Product], sample_reviews: Sequence[Review]
) -> ProductGraph:
    products = [product for product in sample_products if product.product_id in {"HK-1001", "TG-4011"}]
    facts = read_facts(products, extractor)
    graph.products.write(
        [
            ProductWrite(
                product=product,
                sequence=place + 1,
                content_hash=content_hash(product),
                offer_hash=offer_hash(product),
                facts=own,
            )
            for place, (product, own) in enumerate(zip(products, facts, strict=True))
        ]
    )
    reviews = [review for review in sample_reviews if review.product_id == "HK-1001"]
    graph.reviews.write(
        [ReviewWrite(review=r, sequence=10 + place, review_hash=review_hash(r)) for place, r in enumerate(reviews)]
    )
    return graph


@pytest.mark.slow
def test_each_kind_of_job_on_a_real_graph(stocked: ProductGraph) -> None:
    heard: list[float] = []
    params: dict[str, dict[str, Any]] = {
        "ad_copy": {"product_id": "HK-1001", "channel": "google_search", "variants": 2},
        "review_summary": {"product_id": "HK-1001"},
        "answer": {"product_id": "HK-1001", "question": "Does it accept capsules?"},
    }
    open_ids = {fact.fact_id for fact in stocked.products.get("HK-1001").facts if fact.state == "open"}  # type: ignore[union-attr] # just written
    for kind, own in params.items():
        texts = jobs.run(
            kind,  # type: ignore[arg-type] # the keys above
            jobs.validate(kind, own),  # type: ignore[arg-type] # as above
            graph=stocked,
            generator=None,
            progress=lambda share, _: heard.append(share),
        )
        assert len(texts) == own.get("variants", 1)
        assert len({text.text_id for text in texts}) == len(texts)
        assert {text.kind for text in texts} == {kind}
        if kind == "ad_copy":
            assert set(texts[0].fact_ids) <= open_ids
    assert heard
    assert all(0 <= share <= 1 for share in heard)
    with pytest.raises(NotFoundError) as missing:
        jobs.run("ad_copy", {"product_id": "none", "channel": "meta"}, graph=stocked, generator=None)
    assert missing.value.code == "product.not_found"
    with pytest.raises(UnprocessableError) as empty:
        jobs.run("review_summary", {"product_id": "TG-4011"}, graph=stocked, generator=None)
    assert empty.value.code == "review_summary.no_reviews"


def test_validate_fills_in_defaults_and_is_stable() -> None:
    params = jobs.validate("ad_copy", {"product_id": "P1", "channel": "meta", "language": "EN-us", "extra": 1})
    assert params == {
        "product_id": "P1", "channel": "meta", "tone": "plain", "language": "en", "variants": 1, "seed": 0,
    }  # fmt: skip
    assert jobs.validate("ad_copy", params) == params


@pytest.mark.parametrize(
    ("kind", "params", "code"),
    [
        ("review_summary", {}, "request.product_missing"),
        ("review_summary", {"product_id": "P1", "language": "xx"}, "review_summary.language_unsupported"),
        ("answer", {"product_id": "P1"}, "answer.question_missing"),
        ("answer", {"question": "How long?"}, "request.product_missing"),
    ],
)
def test_validate_refuses_with_a_code(kind: Any, params: dict[str, Any], code: str) -> None:
    with pytest.raises(UnprocessableError) as caught:
        jobs.validate(kind, params)
    assert caught.value.code == code


def test_an_unknown_kind_is_an_invalid_request() -> None:
    with pytest.raises(InvalidRequestError):
        jobs.validate("blurb", {"product_id": "P1"})

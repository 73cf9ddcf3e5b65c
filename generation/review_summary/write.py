"""A summary of reviews in which every sentence is counted or quoted, so that it is true by construction."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from generation.prompts import is_hostile
from generation.review_summary.aspects import Opinion, opinions
from generation.review_summary.phrasing import CHINESE, ENGLISH, Phrasing
from kg.model import Claim, Part, Product, Review, Text
from shelfgraph.errors import UnprocessableError
from shelfgraph.identifiers import new_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generation.engine import Generator

LANGUAGES: Final = ("en", "zh")
_MOST_POINTS: Final = 4
_MOST_ASPECTS: Final = 10
_QUOTE: Final = 110
_BRIEF: Final = 8
_GOOD: Final = 4
_BAD: Final = 2
_UNSAYABLE: Final = re.compile(r"https?://|www\.|<[^>]+>|\S+@\S+\.\w|[{}\[\]`|\\]")


@dataclass(slots=True)
class _Aspect:
    """What reviewers say of one aspect; a reviewer counts once, on the side of the first word said."""

    name: str
    label: str
    positive: dict[str, Opinion] = field(default_factory=dict)
    negative: dict[str, Opinion] = field(default_factory=dict)


def summarise(
    product: Product, reviews: Sequence[Review], *, generator: Generator | None = None, language: str | None = None
) -> Text:
    """Summarise what reviewers say: verdict, pros, cons, minority view and aspects, each with its reviews.

    Args:
        product: the product reviewed.
        reviews: its reviews; those that try to give orders to a model are left out and counted in ``details``.
        generator: not used: sentences are counted or quoted, never invented.
        language: ``en`` or ``zh``; None takes the product's own, English where there is none.

    Raises:
        UnprocessableError: ``review_summary.no_reviews`` where no usable review is left.
    """
    del generator
    spoken = language or product.language
    phrasing = CHINESE if spoken == "zh" else ENGLISH
    usable = [r for r in reviews if f"{r.title}{r.body}".strip() and not is_hostile(f"{r.title}\n{r.body}")]
    if not usable:
        raise UnprocessableError(
            "review_summary.no_reviews",
            f"Product {product.product_id} has no reviews to summarise.",
            help="Import reviews of the product first.",
            reviews=len(reviews),
        )
    aspects = _aspects(opinions(product, usable, language=phrasing.language))
    parts = [_verdict(usable, aspects, phrasing)]
    pros = sorted((a for a in aspects if len(a.positive) > len(a.negative)), key=lambda a: (-len(a.positive), a.name))
    cons = sorted((a for a in aspects if len(a.negative) > len(a.positive)), key=lambda a: (-len(a.negative), a.name))
    quoted: set[tuple[str, int]] = set()
    parts += _points("pro", [(a, a.positive) for a in pros], len(usable), phrasing, quoted)
    parts += _points("con", [(a, a.negative) for a in cons], len(usable), phrasing, quoted)
    minority = _minority(aspects, usable, phrasing)
    parts += [minority] if minority else []
    parts += [_counts(aspect, phrasing) for aspect in aspects[:_MOST_ASPECTS]]
    return Text(
        text_id=new_id("txt"),
        kind="review_summary",
        product_id=product.product_id,
        language=phrasing.language,
        parts=tuple(parts),
        request={"product_id": product.product_id, "language": language},
        details={"reviews": len(usable), "reviews_left_out": len(reviews) - len(usable)},
    )


def _aspects(found: Sequence[Opinion]) -> list[_Aspect]:
    aspects: dict[str, _Aspect] = {}
    for opinion in found:
        aspect = aspects.setdefault(opinion.aspect, _Aspect(opinion.aspect, opinion.label))
        if opinion.review_id in aspect.positive or opinion.review_id in aspect.negative:
            continue
        (aspect.positive if opinion.polarity > 0 else aspect.negative)[opinion.review_id] = opinion
    return sorted(aspects.values(), key=lambda a: (-len(a.positive) - len(a.negative), a.name))


def _part(kind: str, text: str, review_ids: Sequence[str], **data: object) -> Part:
    claims = (Claim(0, len(text), "supported", (), "counted or quoted from the reviews named"),)
    return Part(
        kind=kind, text=text, origin="realiser", claims=claims, review_ids=tuple(dict.fromkeys(review_ids)), data=data
    )


def _verdict(reviews: Sequence[Review], aspects: Sequence[_Aspect], phrasing: Phrasing) -> Part:
    rated = [review for review in reviews if review.rating is not None]
    good = [review.review_id for review in rated if (review.rating or 0) >= _GOOD]
    bad = [review.review_id for review in rated if (review.rating or 0) <= _BAD]
    praised = next((a for a in _by(aspects, positive=True) if len(a.positive) > 1), None)
    blamed = next((a for a in _by(aspects, positive=False) if len(a.negative) > 1), None)
    text = phrasing.verdict(
        total=len(reviews), rated=len(rated), good=len(good), bad=len(bad),
        praised=praised.label if praised else None, blamed=blamed.label if blamed else None,
    )  # fmt: skip
    ids = [review.review_id for review in (rated or reviews)]
    ids += list(praised.positive) if praised else []
    ids += list(blamed.negative) if blamed else []
    return _part("verdict", text, ids, good=len(good), bad=len(bad), total=len(reviews))


def _by(aspects: Sequence[_Aspect], *, positive: bool) -> list[_Aspect]:
    def lead(aspect: _Aspect) -> int:
        return (len(aspect.positive) - len(aspect.negative)) * (1 if positive else -1)

    return sorted((a for a in aspects if lead(a) > 0), key=lambda a: (-lead(a), a.name))


def _points(
    kind: str,
    aspects: Sequence[tuple[_Aspect, dict[str, Opinion]]],
    total: int,
    phrasing: Phrasing,
    quoted: set[tuple[str, int]],
) -> list[Part]:
    """The foremost points; one reviewer alone is only quoted, and each clause is quoted once."""
    points: list[Part] = []
    for aspect, said in aspects:
        quote = _quote(said, quoted)
        if len(points) == _MOST_POINTS or (len(said) == 1 and quote is None):
            continue
        words = quote.text if quote else None
        text = phrasing.point(len(said), total, aspect.label, positive=kind == "pro", quote=words)
        points.append(_part(kind, text, list(said), aspect=aspect.name, count=len(said), quotes=_quotes(said)))
    return points


def _quote(said: dict[str, Opinion], quoted: set[tuple[str, int]]) -> Opinion | None:
    """The most telling clause not yet quoted: neither a word nor a story."""
    fit = [
        opinion
        for opinion in said.values()
        if len(opinion.text.encode()) >= _BRIEF
        and len(opinion.text) <= _QUOTE
        and (opinion.review_id, opinion.start) not in quoted
        and not _UNSAYABLE.search(opinion.text)
    ]
    if not fit:
        return None
    best = min(fit, key=lambda opinion: (abs(len(opinion.text) - 45), opinion.review_id))
    quoted.add((best.review_id, best.start))
    return best


def _quotes(said: dict[str, Opinion]) -> list[dict[str, object]]:
    return [
        {"review_id": one.review_id, "field": one.field, "start": one.start, "end": one.end, "text": one.text}
        for one in said.values()
    ]


def _minority(aspects: Sequence[_Aspect], reviews: Sequence[Review], phrasing: Phrasing) -> Part | None:
    """The view that fewer hold, on the aspect where reviewers are most at odds; else the few who rate otherwise."""
    torn = [aspect for aspect in aspects if aspect.positive and aspect.negative]
    if torn:
        aspect = max(torn, key=lambda a: (min(len(a.positive), len(a.negative)), len(a.positive) + len(a.negative)))
        few, many = sorted((aspect.positive, aspect.negative), key=len)
        quote = _quote(few, set())
        text = phrasing.minority(
            len(few), len(many), aspect.label, praising=few is aspect.positive, quote=quote.text if quote else None
        )
        return _part("minority", text, [*few, *many], aspect=aspect.name, quotes=_quotes(few))
    rated = [review for review in reviews if review.rating is not None]
    good = [review.review_id for review in rated if (review.rating or 0) >= _GOOD]
    bad = [review.review_id for review in rated if (review.rating or 0) <= _BAD]
    if bad and len(good) > 2 * len(bad):
        return _part("minority", phrasing.dissent(len(bad), len(rated), low=True), bad)
    if good and len(bad) > 2 * len(good):
        return _part("minority", phrasing.dissent(len(good), len(rated), low=False), good)
    return None


def _counts(aspect: _Aspect, phrasing: Phrasing) -> Part:
    text = phrasing.counts(aspect.label, len(aspect.positive), len(aspect.negative))
    return _part(
        "aspect", text, [*aspect.positive, *aspect.negative],
        aspect=aspect.name, positive=list(aspect.positive), negative=list(aspect.negative),
    )  # fmt: skip

"""What a product's texts and reviews say of other products, place by place, each with its evidence."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.analytics.companions import find_companions
from kg.analytics.context import Role, names_another, role_of, sentence_around
from kg.analytics.mentions import NameMention, find_mentions
from kg.analytics.names import measures
from kg.catalog import normalise
from kg.model import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kg.analytics.names import Family, NameIndex
    from kg.catalog import NormalisedText
    from kg.model import EvidenceSource, Fact, Product, Review

LINKER: Final = "linker-1"
_FOR: Final = re.compile(r"\b(?:for|pour|für)\b|专用|专配", re.IGNORECASE)
# "the Orso 2 and the Drip 10": what is said of the one is said of the other
_JOINED: Final = re.compile(
    r"\s*[,，、]?\s*(?:and|or|&|和|与|或)?\s*(?:the|our|your|for)?\s*(?:the)?\s*|[（(]", re.IGNORECASE
)
_TITLE_SCORE, _ID_SCORE, _FITS_SCORE = 0.95, 0.95, 0.85
_TOGETHER_SCORE, _NAMED_SCORE, _KIND_SCORE, _REVIEW_SHARE = 0.8, 0.6, 0.5, 0.75
_SURE_FIT: Final = 0.5  # confidence of a fact from which a link may follow


@dataclass(frozen=True, slots=True)
class Saying:
    """One place where a text names a family; ``kind_only`` tells that it names its kind and not itself."""

    role: Role
    family: Family
    score: float
    evidence: Evidence
    product_id: str | None = None
    measures: frozenset[str] = frozenset()
    kind_only: bool = False


@dataclass(frozen=True, slots=True)
class _Field:
    """A text to read: where it stands, as it is read, and what of it commands and is not believed."""

    source: EvidenceSource
    name: str
    raw: str
    text: NormalisedText
    hostile: tuple[tuple[int, int], ...]
    review_id: str | None = None

    def evidence(self, mention: NameMention, confidence: float) -> Evidence:
        start, end = self.text.raw_span(mention.start, mention.end)
        return Evidence(
            source=self.source,
            field=self.name,
            start=start,
            end=end,
            text=self.raw[start:end],
            extractor=LINKER,
            confidence=confidence,
            review_id=self.review_id,
        )

    def measures_around(self, mention: NameMention) -> frozenset[str]:
        begin, stop = sentence_around(self.text.text, mention.start, mention.end)
        return measures(self.text.text[begin:stop])

    def believed(self, mentions: Iterable[NameMention]) -> Iterator[NameMention]:
        return (one for one in mentions if not any(start <= one.start < end for start, end in self.hostile))


def text_fields(product: Product) -> Iterator[tuple[str, str]]:
    """The names and raw texts of a product's fields."""
    yield "title", product.title
    yield "description", product.description
    for position, bullet in enumerate(product.bullets):
        yield f"bullets[{position}]", bullet


def said_by_merchant(product: Product, own: Family, index: NameIndex, facts: Sequence[Fact]) -> Iterator[Saying]:
    """What the product's own texts say; COMPATIBLE_WITH facts decide where a sentence leaves it open."""
    stated = _compatibility(facts)
    in_title = measures(product.title)
    for name, raw in text_fields(product):
        field = _field("text", name, raw)
        text = field.text.text
        after = 0
        if name == "title":
            # before its "for" a title speaks of the product itself
            found = _FOR.search(text)
            if found is None:
                continue
            after = found.end()
        for mention in field.believed(find_companions(text, index, own)):
            yield Saying("together", mention.family, _KIND_SCORE, field.evidence(mention, _KIND_SCORE), kind_only=True)
        role: Role = "named"
        last = 0
        for mention in field.believed(find_mentions(text, index, own)):
            if mention.start < after:
                continue
            if not (last and _JOINED.fullmatch(text, last, mention.start)):
                role = role_of(text, mention.start, mention.end, in_title=name == "title")
            last = mention.end
            if role == "named":
                role = _by_facts(stated.get(name, ()), *field.text.raw_span(mention.start, mention.end))
            if role == "named" and not (mention.sure and names_another(text, mention.start)):
                continue
            score = _TITLE_SCORE if name == "title" else _score(role, by_id=mention.product_id is not None)
            around = field.measures_around(mention)
            yield Saying(
                role,
                mention.family,
                score,
                field.evidence(mention, score),
                mention.product_id,
                around if role == "denied" else around | in_title,
            )


def said_by_customers(own: Family, index: NameIndex, reviews: Sequence[Review]) -> Iterator[Saying]:
    """What customers use it with; whether it fits is the merchant's to say."""
    for review in reviews:
        for name, raw in (("title", review.title), ("body", review.body)):
            field = _field("review", name, raw, review.review_id)
            for mention in field.believed(find_mentions(field.text.text, index, own)):
                role = role_of(field.text.text, mention.start, mention.end)
                if role in {"denied", "compared"} or (role == "named" and not mention.sure):
                    continue
                score = (_NAMED_SCORE if role == "named" else _TOGETHER_SCORE) * _REVIEW_SHARE
                around = field.measures_around(mention)
                yield Saying(
                    "together", mention.family, score, field.evidence(mention, score), mention.product_id, around
                )


def _field(source: EvidenceSource, name: str, raw: str, review_id: str | None = None) -> _Field:
    from kg.extraction import instruction_spans  # noqa: PLC0415 - the package is heavy, and few processes link

    text = normalise(raw)
    return _Field(source, name, raw, text, tuple(instruction_spans(text.text)), review_id)


def _score(role: Role, *, by_id: bool) -> float:
    if role == "fits":
        return _ID_SCORE if by_id else _FITS_SCORE
    return _TOGETHER_SCORE if role == "together" else _NAMED_SCORE


def _by_facts(stated: Iterable[tuple[int, int, str]], start: int, end: int) -> Role:
    """What extraction made of a mention that the sentence leaves open."""
    for begin, stop, polarity in stated:
        if begin < end and start < stop:
            return "denied" if polarity == "negated" else "fits"
    return "named"


def _compatibility(facts: Sequence[Fact]) -> Mapping[str, list[tuple[int, int, str]]]:
    spans: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for fact in facts:
        # A doubtful denial is heeded, a doubtful fit is not: a wrong link is worse than none.
        if fact.relation == "COMPATIBLE_WITH" and (fact.polarity == "negated" or fact.confidence >= _SURE_FIT):
            for evidence in fact.evidence:
                if evidence.source == "text":
                    spans[evidence.field].append((evidence.start, evidence.end, fact.polarity))
    return spans

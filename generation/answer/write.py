"""A customer's question, answered from the product's own texts and reviews, or an honest "it does not say"."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, Final

from generation.answer.intents import intent_of
from generation.answer.matching import Match, rank
from generation.answer.passages import Passage, passages
from generation.grounding.lexicon import english
from generation.grounding.tokens import tokenize
from generation.prompts import is_hostile
from kg.model import Claim, Fact, Part, Product, Review, Text
from shelfgraph.errors import UnprocessableError
from shelfgraph.identifiers import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generation.engine import Generator

_LONGEST: Final = 1000
# Logistic regression on 120 products' hand-answered questions (see docs/benchmarks.md): coverage, rarest shared word,
# share of the question nobody mentions, whether the quantity asked for is there; and where they cross zero.
_COEFFICIENTS: Final = (1.276, 1.451, -0.418, 1.919)
_INTERCEPT: Final = -1.372
_YES_NO: Final = re.compile(
    r"^\s*(?:does|do|is|are|can|could|will|would|has|have|may|should)\b|吗[？?]?\s*$", re.IGNORECASE
)
_SECOND: Final = 0.75


def validate_question(params: Mapping[str, Any]) -> str:
    """The question of a request.

    Raises:
        UnprocessableError: ``answer.question_missing`` or ``answer.question_too_long``.
    """
    question = params.get("question")
    if not isinstance(question, str) or not question.strip():
        raise UnprocessableError(
            "answer.question_missing", "There is no question to answer.", help="Send question.", field="question"
        )
    if len(question) > _LONGEST:
        raise UnprocessableError(
            "answer.question_too_long",
            f"The question is longer than {_LONGEST} characters.",
            help="Ask in fewer words.",
            field="question",
        )
    return question.strip()


def answer(
    product: Product,
    facts: Sequence[Fact],
    reviews: Sequence[Review],
    question: str,
    *,
    generator: Generator | None = None,
) -> Text:
    """Answer from the sentence that says it, cited exactly, or say that the catalogue does not say.

    Args:
        product: the product asked about.
        facts: its facts; those read in the cited sentence are named, contested ones make the answer say so.
        reviews: its reviews.
        question: what the customer wrote: data, never an instruction.
        generator: not used: the answer quotes, so that it cannot say more than its source.
    """
    del generator
    intent = intent_of(question)
    language = "zh" if re.search(r"[\u3400-\u9fff]", question) else "en"
    if intent in {"order", "complaint", "other"}:
        return _text(product, question, "handover", intent, _HANDOVER[language], language)
    found = [] if is_hostile(question) else passages(product, reviews)
    matches = rank(question, found, names=product.title, language=product.language) if found else []
    if not matches or not _says(matches[0]):
        return _text(product, question, "not_stated", intent, _NOT_STATED[language], language)
    return _answered(product, facts, question, matches, intent, language)


def _says(best: Match) -> bool:
    total = _INTERCEPT + sum(map(math.prod, zip(_COEFFICIENTS, best.features, strict=True)))
    return best.coverage > 0 and total > 0


def _answered(  # noqa: PLR0913, PLR0917 - private, one caller
    product: Product, facts: Sequence[Fact], question: str, matches: Sequence[Match], intent: str, language: str
) -> Text:
    best = matches[0].passage
    cited = [best]
    disputed = [fact for fact in facts if fact.state == "contested" and _read_in(fact, best)]
    if disputed:
        rivals = {one for fact in disputed for one in fact.contested_with}
        cited += [
            p for fact in facts if fact.fact_id in rivals for p in _evidence(product, fact) if p.shown != best.shown
        ][:2]
        in_one = len(cited) == 1  # a sentence that affirms and denies the same
        if language == "zh":
            lead = "商品资料自相矛盾：" if in_one else "商品资料的说法不一："
        else:
            lead = "The text contradicts itself: " if in_one else "The texts disagree: "
    else:
        second = matches[1] if len(matches) > 1 else None
        if second is not None and second.coverage >= _SECOND * matches[0].coverage and _says(second):
            cited += [second.passage] if second.passage.shown not in best.shown else []
        lead = _lead(question, best, language)
    text, claims = _quoted(lead, cited, facts, language)
    return _text(
        product, question, "answered", intent, text, language,
        claims=claims, citations=[passage.citation for passage in cited],
        review_ids=tuple(passage.review_id for passage in cited if passage.review_id),
    )  # fmt: skip


def _lead(question: str, best: Passage, language: str) -> str:
    source = "A reviewer says: " if best.review_id else "The listing says: "
    if language == "zh":
        return "一位买家说：" if best.review_id else "商品资料写明："
    if _YES_NO.search(question) and _denies(question, best.shown):
        return f"No. {source}"
    return source


def _denies(question: str, passage: str) -> bool:
    """Whether the passage denies what the question asks, word for word."""
    function = english().function
    asked = {token.stem for token in tokenize(question) if token.word not in function and not token.denied}
    said = [token for token in tokenize(passage) if token.stem in asked]
    return any(token.denied for token in said) and all(token.denied or token.negator for token in said)


def _quoted(lead: str, cited: Sequence[Passage], facts: Sequence[Fact], language: str) -> tuple[str, tuple[Claim, ...]]:
    opening, closing = "“", "”"
    joint = "；" if language == "zh" else "; "
    text = lead
    claims = []
    for place, passage in enumerate(cited):
        text += joint if place else ""
        start = len(text) + 1
        text += f"{opening}{passage.shown}{closing}"
        ids = tuple(dict.fromkeys(fact.fact_id for fact in facts if fact.state != "closed" and _read_in(fact, passage)))
        claims.append(Claim(start, start + len(passage.shown), "supported", ids, f"quoted from {passage.field}"))
    return f"{text}{'。' if language == 'zh' else '.'}", tuple(claims)


def _read_in(fact: Fact, passage: Passage) -> bool:
    return any(
        evidence.field == passage.field
        and evidence.review_id == passage.review_id
        and evidence.start < passage.end
        and passage.start < evidence.end
        for evidence in fact.evidence
    )


def _evidence(product: Product, fact: Fact) -> list[Passage]:
    found = passages(product, ())
    return [passage for passage in found if _read_in(fact, passage)]


_HANDOVER: Final = {
    "en": "This is about an order, so a colleague has to look at it.",
    "zh": "这涉及订单，需要由同事为您处理。",
}
_NOT_STATED: Final = {"en": "The catalogue does not say.", "zh": "商品资料中没有说明。"}


def _text(  # noqa: PLR0913, PLR0917 - private; the parts of a Text
    product: Product,
    question: str,
    status: str,
    intent: str,
    text: str,
    language: str,
    *,
    claims: tuple[Claim, ...] = (),
    citations: Sequence[dict[str, object]] = (),
    review_ids: tuple[str, ...] = (),
) -> Text:
    part = Part(kind="answer", text=text, origin="realiser", claims=claims, review_ids=review_ids)
    return Text(
        text_id=new_id("txt"),
        kind="answer",
        product_id=product.product_id,
        language=language,
        parts=(part,),
        request={"product_id": product.product_id, "question": question},
        details={"status": status, "intent": intent, "citations": list(citations)},
    )

"""From products to facts: what the feed states and what the texts say, resolved, merged, contradictions marked."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kg.catalog import normalise
from kg.contradictions import clashing_mentions, contest
from kg.feed_values import feed_mentions
from kg.model import Evidence, Fact, Mention, fact_id
from kg.resolution import key_of, resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kg.extraction import Extractor
    from kg.model import Product

_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_MARKS: Final = re.compile("[™℠]")  # a key would make letters of them: "acmetm"
# Digits stand right beside a brand ("HP15"), and some scripts set no spaces between words.
_WORD: Final = re.compile(r"[^\W\d_\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]+|\S")
_MOST_EVIDENCE: Final = 32  # a text that says one thing thousands of times proves it no more


def read_facts(products: Sequence[Product], extractor: Extractor) -> list[tuple[Fact, ...]]:
    """The facts of each product, one tuple a product, in the order their first evidence stands.

    Attributes of the feed come first. Mentions of one entity with one relation and polarity are one fact with all their
    evidence; facts that cannot all be true are ``contested``. The same products give the same facts.
    """
    mentions = extractor.mentions(products)
    return [
        contest(merge(product, [*feed_mentions(product), *_believable(product, texts), *clashing_mentions(product)]))
        for product, texts in zip(products, mentions, strict=True)
    ]


def merge(product: Product, mentions: Iterable[Mention]) -> tuple[Fact, ...]:
    """The facts that ``mentions`` state, evidence united."""
    facts: dict[str, Fact] = {}
    for mention in mentions:
        text = " ".join(normalise(mention.text).text.split())  # a number and its unit may stand on two lines
        if _SURROGATES.search(mention.text):
            continue  # half a character cannot be stored, nor shown
        entity = resolve(mention.relation, text, language=product.language)
        if not entity.key:
            continue  # a mention of blanks names nothing; one such fact would stop the whole batch
        identity = fact_id(product.product_id, mention.relation, mention.polarity, entity.key)
        evidence = _evidence(mention)
        known = facts.get(identity)
        if known is None:
            facts[identity] = Fact(
                fact_id=identity,
                product_id=product.product_id,
                relation=mention.relation,
                polarity=mention.polarity,
                entity=entity,
                confidence=mention.confidence,
                evidence=(evidence,),
            )
        else:
            facts[identity] = _with(known, evidence)
    return tuple(facts.values())


def _with(fact: Fact, evidence: Evidence) -> Fact:
    """``fact`` with ``evidence``; what two readers read at the same place counts once, with the part either names."""
    for index, known in enumerate(fact.evidence):
        if (known.field, known.start, known.end) == (evidence.field, evidence.start, evidence.end):
            if evidence.part and not known.part:
                united = (*fact.evidence[:index], replace(known, part=evidence.part), *fact.evidence[index + 1 :])
                return replace(fact, evidence=united)
            return fact
    if len(fact.evidence) >= _MOST_EVIDENCE:
        return fact
    return replace(fact, confidence=max(fact.confidence, evidence.confidence), evidence=(*fact.evidence, evidence))


def _evidence(mention: Mention) -> Evidence:
    return Evidence(
        source=mention.source,
        field=mention.field,
        start=mention.start,
        end=mention.end,
        text=mention.text,
        extractor=mention.extractor,
        confidence=mention.confidence,
        review_id=mention.review_id,
        part=mention.part,
    )


def _believable(product: Product, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions of the texts, without other brands where the title confirms the feed's: those are misread."""
    brand = _brand_words(product.brand or "")
    if not brand.strip() or brand not in _brand_words(product.title):
        return list(mentions)
    return [mention for mention in mentions if mention.relation != "BRAND" or _brand_words(mention.text) == brand]


def _brand_words(text: str) -> str:
    """The words of ``text``, a space around each: "Recorder" does not name "Eco"."""
    return f" {' '.join(_WORD.findall(key_of('BRAND', _MARKS.sub(' ', text))))} "

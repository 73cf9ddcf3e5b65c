"""Which facts are certain enough for an ad: an extractor's guess is searched and shown, but never advertised.

Confidences are calibrated: 0.25 is right one time in four. What the merchant set apart, a whole bullet or a piece of
one between commas, is the merchant's own phrase and may be repeated whatever relation it was guessed to be; what was
cut out of running text, or is said with a preposition of ours ("made for"), must more likely be right than not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kg.model import Evidence, Fact, Product
    from kg.ontology import Relation

_FLOOR: Final = 0.5
_PROSE_FLOOR: Final = 0.65
_DENIAL_IN_PROSE_FLOOR: Final = (
    0.8  # "if you react to perfume, take the fragrance-free one" denies it of another product
)
_SET_APART_FLOOR: Final = 0.15
# These are repeated as they stand; the others are said in words of ours that the relation chooses.
_REPEATED: Final[frozenset[Relation]] = frozenset({"FEATURE", "SPEC", "STYLE", "QUANTITY", "CERTIFICATION", "MEASURE"})
_NAMES: Final[frozenset[Relation]] = frozenset({"TYPE", "MODEL", "BRAND", "AUTHOR"})
_BREAKS: Final = re.compile(r"[,;:.!?()，、；：。！？（）|–—]|\s-\s")
_PROSE: Final = re.compile(r"description|body")


def certain(product: Product, fact: Fact) -> bool:
    """Whether an ad may state the fact, as far as reading it is concerned."""
    return not fact.evidence or any(_carries(product, fact, one) for one in fact.evidence)


def _carries(product: Product, fact: Fact, evidence: Evidence) -> bool:
    if evidence.source == "feed":
        return True
    confidence = max(evidence.confidence, fact.confidence) if len(fact.evidence) == 1 else evidence.confidence
    if _PROSE.match(evidence.field):
        return confidence >= (_DENIAL_IN_PROSE_FLOOR if fact.polarity == "negated" else _PROSE_FLOOR)
    if confidence >= _FLOOR:
        return True
    if fact.relation in _NAMES and evidence.field == "title":
        return fact.relation != "MODEL" or _follows_the_brand(product, evidence)
    return fact.relation in _REPEATED and confidence >= _SET_APART_FLOOR and _set_apart(product, evidence)


def _set_apart(product: Product, evidence: Evidence) -> bool:
    """Whether nothing but breaks stands beside the span in its field."""
    try:
        raw = product.raw_field(evidence.field)
    except (KeyError, ValueError):
        return False
    left = _BREAKS.split(raw[: evidence.start])[-1]
    right = _BREAKS.split(raw[evidence.end :])[0]
    return not left.strip() and not right.strip()


def _follows_the_brand(product: Product, evidence: Evidence) -> bool:
    """A model is the word after the brand in the title; another one is some words of the title."""
    brand = (product.brand or "").lower()
    before = product.title[: evidence.start].strip().lower()
    return bool(brand) and (before == brand or (not before and product.title.lower().startswith(brand)))

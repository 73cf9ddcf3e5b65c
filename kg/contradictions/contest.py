"""Marks the facts of one product that cannot all be true."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Final

from kg.contradictions.contents import is_another
from kg.contradictions.materials import disjoint_materials
from kg.contradictions.statements import differ
from kg.entailment import consequences, lattice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.model import Evidence, Fact

_MEASURED: Final = frozenset({"MEASURE", "SPEC", "QUANTITY"})
# Relations whose opposite polarities contradict wherever they stand; a FEATURE may hold of the lid and not of the pot.
_ABSOLUTE: Final = frozenset({"CONTAINS", "MATERIAL", "REQUIRES", "INCLUDES", "CERTIFICATION"})
_SURE: Final = 0.9
_INITIALS: Final = 3  # letters
# A name that happens to hold a contested word ("Stainless Steel Stockpot") is still the name.
_NAMES: Final = frozenset({"TYPE", "BRAND", "MODEL", "COLOR"})


def contest(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """The facts of one product; those that contradict each other have state ``contested`` and name each other.

    Contradictions are: two brands; two amounts of one kind for the same part; two materials for the same part that
    nothing can be at once; a fact and its denial; a fact that implies what another denies. Whatever else was read from
    the same words is contested with them.
    """
    against: dict[str, set[str]] = defaultdict(set)
    for one, other in (*_brands(facts), *_amounts(facts), *_materials(facts), *_denials(facts)):
        against[one.fact_id].add(other.fact_id)
        against[other.fact_id].add(one.fact_id)
    if not against:
        return tuple(facts)
    contested = [fact for fact in facts if fact.fact_id in against]
    for fact in facts:
        if fact.fact_id in against or fact.relation in _NAMES:
            continue
        for other in contested:
            if _shares_words(fact, other):
                against[fact.fact_id] |= against[other.fact_id] - {fact.fact_id}
    order = {fact.fact_id: position for position, fact in enumerate(facts)}
    return tuple(
        replace(fact, state="contested", contested_with=tuple(sorted(against[fact.fact_id], key=order.__getitem__)))
        if fact.fact_id in against
        else fact
        for fact in facts
    )


def _brands(facts: Sequence[Fact]) -> Iterator[tuple[Fact, Fact]]:
    brands = [
        fact for fact in facts if fact.relation == "BRAND" and fact.polarity == "affirmed" and fact.confidence >= _SURE
    ]
    for one, other in combinations(brands, 2):
        if not _one_maker(one.entity.key, other.entity.key):
            yield one, other


def _one_maker(one: str, other: str) -> bool:
    """Whether two brands may well be one: parts, lines or initials of each other."""
    a, b = _plain(one), _plain(other)
    if not a or not b or a.split()[0] == b.split()[0]:
        return True
    a, b = a.replace(" ", ""), b.replace(" ", "")
    short, long = sorted((a, b), key=len)
    return short in long or (len(short) <= _INITIALS and short[0] == long[0])


def _plain(key: str) -> str:
    letters = "".join(c for c in unicodedata.normalize("NFKD", key) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w\s]|_", "", letters).split())


def _amounts(facts: Sequence[Fact]) -> Iterator[tuple[Fact, Fact]]:
    measured = [
        fact
        for fact in facts
        if fact.relation in _MEASURED and fact.polarity == "affirmed" and fact.entity.quantity and _has_part(fact)
    ]
    for one, other in combinations(measured, 2):
        if one.entity.quantity is None or other.entity.quantity is None:
            continue
        kind, magnitude, unit = one.entity.quantity
        other_kind, other_magnitude, other_unit = other.entity.quantity
        if (kind, unit) == (other_kind, other_unit) and differ(magnitude, other_magnitude) and _same_part(one, other):
            yield one, other


def _materials(facts: Sequence[Fact]) -> Iterator[tuple[Fact, Fact]]:
    named = [
        (fact, [concept.name for concept in lattice().named("MATERIAL", fact.entity.key, fact.entity.name)])
        for fact in facts
        if fact.relation == "MATERIAL" and fact.polarity == "affirmed" and _has_part(fact)
    ]
    for (one, concepts), (other, others) in combinations(named, 2):
        if any(disjoint_materials(a, b) for a in concepts for b in others) and _same_part(one, other):
            yield one, other


def _denials(facts: Sequence[Fact]) -> Iterator[tuple[Fact, Fact]]:
    denied = [fact for fact in facts if fact.polarity == "negated" and fact.relation in _ABSOLUTE]
    stated = [fact for fact in facts if fact.polarity == "affirmed" and fact.relation in _ABSOLUTE]
    for no in denied:
        excluded = {one.value for one in consequences(no.relation, "negated", no.entity) if one.polarity == "negated"}
        for yes in stated:
            same = yes.relation == no.relation and yes.entity.key == no.entity.key
            contained = (
                no.relation == "CONTAINS"
                and yes.relation in {"CONTAINS", "MATERIAL"}
                and _names(yes.entity.key, no.entity.key)
            )
            implied = no.relation == "CONTAINS" == yes.relation and bool(
                excluded
                & {
                    one.value
                    for one in consequences(yes.relation, "affirmed", yes.entity)
                    if one.polarity == "affirmed"
                }
            )
            if (same or contained or implied) and _different_fields(yes, no):
                yield yes, no


def _names(key: str, item: str) -> bool:
    """Whether ``key`` names ``item`` by whole words, and not as the end of another substance's name."""
    words = f" {key} "
    named = re.finditer(rf"(?<= ){re.escape(item)}(?= )", words)
    return any(not is_another(words, match.start(), item) for match in named)


def _has_part(fact: Fact) -> bool:
    return any(evidence.part for evidence in fact.evidence)


def _same_part(one: Fact, other: Fact) -> bool:
    parts = {(evidence.part, evidence.field) for evidence in one.evidence if evidence.part}
    return any(
        evidence.part == part and evidence.field != field
        for evidence in other.evidence
        if evidence.part
        for part, field in parts
    )


def _different_fields(one: Fact, other: Fact) -> bool:
    return len({evidence.field for evidence in (*one.evidence, *other.evidence)}) > 1


def _shares_words(fact: Fact, other: Fact) -> bool:
    return any(
        _overlap(one, two)
        for one in fact.evidence
        if one.source == "text"
        for two in other.evidence
        if two.source == "text"
    )


def _overlap(one: Evidence, other: Evidence) -> bool:
    return one.field == other.field and one.start < other.end and other.start < one.end

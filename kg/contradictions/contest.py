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
from kg.resolution import key_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.model import Fact

_MEASURED: Final = frozenset({"MEASURE", "SPEC", "QUANTITY"})
_STUFF: Final = frozenset({"CONTAINS", "MATERIAL"})  # what one says of a substance, the other may deny
_SPELT: Final = frozenset({"BRAND", "MODEL", "AUTHOR", "CERTIFICATION"})  # "Brooks" is no plural
_SURE: Final = 0.9
_INITIALS: Final = 3  # letters
# A name that happens to hold a contested word ("Stainless Steel Stockpot") is still the name.
_NAMES: Final = frozenset({"TYPE", "BRAND", "MODEL", "COLOR"})


def contest(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """The facts of one product; those that contradict each other have state ``contested`` and name each other.

    Contradictions are: two brands; two amounts of one kind for the same part; two materials for the same part that
    nothing can be at once; a value and its denial, or the denial of a substance that it implies, wherever either
    stands; a substance by whose name another field denies one. Whatever else was read from the same words is contested
    with them.
    """
    against: dict[str, set[str]] = defaultdict(set)
    for one, other in (*_brands(facts), *_amounts(facts), *_materials(facts), *_denials(facts)):
        against[one.fact_id].add(other.fact_id)
        against[other.fact_id].add(one.fact_id)
    if not against:
        return tuple(facts)
    read_at: dict[tuple[str, int], set[str]] = defaultdict(set)
    for fact in facts:
        if fact.fact_id in against:
            for place in _places(fact):
                read_at[place].add(fact.fact_id)
    for fact in facts:
        if fact.fact_id in against or fact.relation in _NAMES:
            continue
        for sharing in {fact_id for place in _places(fact) for fact_id in read_at.get(place, ())}:
            against[fact.fact_id] |= against[sharing] - {fact.fact_id}
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
    stated = [fact for fact in facts if fact.polarity == "affirmed"]
    denied = [fact for fact in facts if fact.polarity == "negated"]
    if not denied:
        return
    yield from _opposites(stated, denied)
    yield from _implied(stated, denied)
    # Words alone are no proof. A field that denies a substance and names more than it explains itself ("no sugar, but
    # sugar alcohols"); two fields that know nothing of each other do not.
    yield from ((yes, no) for yes, no in _kinds(stated, denied) if _different_fields(yes, no))


def _opposites(stated: Sequence[Fact], denied: Sequence[Fact]) -> Iterator[tuple[Fact, Fact]]:
    """A value, and the same one denied, in one field too.

    It may hold of the lid and not of the pot, or of what other makers sell, but no fact says so: whoever repeats one
    of the two says it of the whole product.
    """
    by_value: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for no in denied:
        by_value[_value(no)].append(no)
    for yes in stated:
        for no in by_value.get(_value(yes), ()):
            yield yes, no


def _value(fact: Fact) -> tuple[str, str]:
    """What facts that say and deny the same have in common: one case and one unit by their keys, and one number."""
    key = fact.entity.key
    if fact.relation in _MEASURED:
        return "MEASURE", key
    if fact.relation in _SPELT:
        return fact.relation, key
    key = key_of("CONTAINS", key)
    if fact.relation in _STUFF:
        return "CONTAINS", key_of("MATERIAL", key)  # either relation has other names of its own
    return fact.relation, key


def _implied(stated: Sequence[Fact], denied: Sequence[Fact]) -> Iterator[tuple[Fact, Fact]]:
    """A substance denied, and one that brings it along."""
    excluded: dict[str, list[Fact]] = defaultdict(list)
    for no in denied:
        if no.relation == "CONTAINS":
            for value in _implied_values(no):
                excluded[value].append(no)
    for yes in stated:
        if yes.relation == "CONTAINS" and excluded:
            for value in _implied_values(yes):
                for no in excluded.get(value, ()):
                    yield yes, no


def _implied_values(fact: Fact) -> set[str]:
    """The values that hold, or do not hold, as ``fact`` does."""
    implied = consequences(fact.relation, fact.polarity, fact.entity)
    return {one.value for one in implied if one.polarity == fact.polarity}


def _kinds(stated: Sequence[Fact], denied: Sequence[Fact]) -> Iterator[tuple[Fact, Fact]]:
    """A substance denied, and what names it by whole words: milk, and skimmed milk."""
    by_name: dict[str, list[Fact]] = defaultdict(list)
    for no in denied:
        if no.relation == "CONTAINS":
            by_name[no.entity.key].append(no)
    most = max((len(name.split()) for name in by_name), default=0)
    for yes in stated:
        if yes.relation in _STUFF:
            for name in _names(key_of("CONTAINS", yes.entity.key), most):
                for no in by_name.get(name, ()):
                    yield yes, no


def _names(key: str, most: int) -> Iterator[str]:
    """All that ``key`` names with up to ``most`` whole words, but not the end of another substance's name."""
    words = list(re.finditer(r"\S+", key))
    for index, first in enumerate(words):
        for last in words[index : index + most]:
            name = key[first.start() : last.end()]
            if not is_another(key, first.start(), name):
                yield name


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


def _places(fact: Fact) -> set[tuple[str, int]]:
    """Each character of the texts that the fact was read from."""
    return {
        (one.field, position) for one in fact.evidence if one.source == "text" for position in range(one.start, one.end)
    }

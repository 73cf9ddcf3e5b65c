"""Materials named in texts, the part each is of, and which cannot both be true of one part."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from kg.contradictions.parts import clause_at, material_part, table
from kg.entailment import lattice
from kg.extraction.negation import is_denied

# "aluminium-free", "leather look", "steel-coated" name no material of the product.
_NOT_IT: Final = re.compile(
    r"[\s-]?(?:free|coated|coating|look|like|effect|style|finish|colou?red?|grey|gray)\b|色|涂层|纹", re.IGNORECASE
)
_FOR_IT: Final = re.compile(r"\b(?:for|on|over|non|cut|cuts|drilling|through|against)(?: \w+)?[\s-]$", re.IGNORECASE)
_TITLE_ENDS: Final = re.compile(r"\b(?:with|for|and|in|plus|\+|&)\b|[,–—(|]|[带配附]", re.IGNORECASE)

Zone = Literal["title", "text", "feed"]


@dataclass(frozen=True, slots=True)
class MaterialSpan:
    """A material in a text (code points, half-open): the concept of kg.entailment, and of what it is."""

    start: int
    end: int
    concept: str
    part: str | None


def material_spans(text: str, zone: Zone, language: str, *, main: str | None = None) -> list[MaterialSpan]:
    """The materials that ``text`` names.

    Args:
        text: a field, normalised.
        zone: a title names the material of the body before its first "with" or comma; a feed value is the material.
        language: ISO 639-1.
        main: the material of the feed; a text that names a kind of it is about the body too.
    """
    pattern, concepts = _phrases()
    title_end = _title_end(text) if zone == "title" else 0
    found: list[MaterialSpan] = []
    for match in pattern.finditer(text):
        if _NOT_IT.match(text, match.end()) or _FOR_IT.search(text[max(0, match.start() - 24) : match.start()]):
            continue
        if is_denied(text, match.start(), language):
            continue
        concept = concepts[match.group().casefold()]
        if zone == "title":
            part = "body" if match.start() < title_end else None
        else:
            part = _part(text, match.start(), concept, main) if zone == "text" else None
        found.append(MaterialSpan(match.start(), match.end(), concept, part))
    return found


def disjoint_materials(one: str, other: str) -> bool:
    """Whether nothing can be both: aluminium and steel, but not steel and stainless steel."""
    if one == other:
        return False
    ones, others = implied(one), implied(other)
    return any(bool(group & ones) and bool(group & others) and not (group & ones & others) for group in _disjoint())


@lru_cache(maxsize=512)
def implied(concept: str) -> frozenset[str]:
    """``concept`` and everything it is a kind of."""
    found, waiting = {concept}, [concept]
    while waiting:
        current = waiting.pop()
        for step in lattice().steps:
            if step.of == current and not step.excludes and step.to not in found:
                found.add(step.to)
                waiting.append(step.to)
    return frozenset(found)


def _part(text: str, position: int, concept: str, main: str | None) -> str | None:
    part = material_part(clause_at(text, position))
    if part is None and main is not None and main != concept and main in implied(concept):
        return "body"
    return part


def _title_end(text: str) -> int:
    end = _TITLE_ENDS.search(text)
    return end.start() if end else len(text)


@lru_cache(maxsize=1)
def _phrases() -> tuple[re.Pattern[str], dict[str, str]]:
    concepts = {
        phrase.casefold(): concept.name
        for concept in lattice().concepts.values()
        if concept.kind == "material"
        for phrase in concept.phrases
        if len(phrase) > 1
    }
    names = sorted(concepts, key=len, reverse=True)
    alternatives = "|".join(rf"(?<![\w-]){re.escape(one)}(?!\w)" if one.isascii() else re.escape(one) for one in names)
    return re.compile(alternatives, re.IGNORECASE), concepts


@lru_cache(maxsize=1)
def _disjoint() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(entry["concepts"]) for entry in table()["disjoint"])

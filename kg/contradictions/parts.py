"""Which part of a product a number or a material in a text is about."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from kg.resolution import quantities

# A clause: what stands between these belongs together. A comma ends one ("cold for 18 hours, hot for 9").
_CLAUSE: Final = re.compile(r"(?:[^,;:.!?()（），。；：、！？\n]|(?<=[0-9])[.,](?=[0-9])|(?<=[0-9]):(?=[0-9]))+")
_REACH: Final = 120  # code points of a clause on either side; text without punctuation is one endless clause
_JOINT: Final = re.compile(r"\s(?:and|but|while)\s")


@dataclass(frozen=True, slots=True)
class Stated:
    """A quantity in a text (code points, half-open) and the part of the product it is about."""

    start: int
    end: int
    kind: str
    unit: str
    magnitude: float
    part: str


def stated_quantities(text: str, language: str, *, is_title: bool = False) -> list[Stated]:
    """The quantities of ``text`` whose part is named in their clause; a title is all one clause."""
    found: list[Stated] = []
    for quantity in quantities(text, language):
        clause = text[: 2 * _REACH] if is_title else clause_at(text, quantity.start)
        part = part_of(clause, quantity.kind, quantity.unit)
        if part:
            found.append(Stated(quantity.start, quantity.end, quantity.kind, quantity.unit, quantity.magnitude, part))
    return found


def part_of(clause: str, kind: str, unit: str) -> str | None:
    """The part that ``clause`` names for a quantity of ``kind``, or None."""
    for part in _parts():
        if kind in part.kinds and (not part.units or unit in part.units) and part.pattern.search(clause):
            return part.name or None
    return None


def material_part(clause: str) -> str | None:
    """The part that ``clause`` names for a material, or None."""
    return next((part.name for part in _material_parts() if part.pattern.search(clause)), None)


def clause_at(text: str, position: int) -> str:
    """The clause of ``text`` around ``position``."""
    clauses = _clauses(text)
    at = bisect_right(clauses, (position, len(text) + 1)) - 1
    if at < 0 or position >= clauses[at][1]:
        return ""
    start, end = clauses[at]
    return text[max(start, position - _REACH) : min(end, position + _REACH)]


@lru_cache(maxsize=64)
def _clauses(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for match in _CLAUSE.finditer(text):
        start = match.start()
        for joint in _JOINT.finditer(text, match.start(), match.end()):
            spans.append((start, joint.start()))
            start = joint.end()
        spans.append((start, match.end()))
    return spans


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    kinds: frozenset[str]
    units: frozenset[str]
    pattern: re.Pattern[str]


@lru_cache(maxsize=1)
def table() -> dict[str, Any]:
    """The data file of this package."""
    return tomllib.loads((files("kg.contradictions") / "data" / "parts.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _parts() -> tuple[_Part, ...]:
    return tuple(_part(entry) for entry in table()["parts"])


@lru_cache(maxsize=1)
def _material_parts() -> tuple[_Part, ...]:
    return tuple(_part(entry) for entry in table()["materials"])


def _part(entry: dict[str, Any]) -> _Part:
    return _Part(
        name=str(entry["name"]),
        kinds=frozenset(entry.get("kinds", ())),
        units=frozenset(entry.get("units", ())),
        pattern=re.compile("|".join(f"(?:{one})" for one in entry["patterns"]), re.IGNORECASE),
    )

"""The units that product texts write, from ``data/units.toml``, converted by pint."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

# Names that pint writes as expressions.
_DEFINITIONS: Final = (
    "jin = 0.5 kilogram",
    "dot_per_inch = 1 / inch",
    "pixel_per_inch = 1 / inch",
    "megabit_per_second = 1e6 bit / second",
    "gigabit_per_second = 1e9 bit / second",
    "megabyte_per_second = 8e6 bit / second",
    "gigabyte_per_second = 8e9 bit / second",
    "square_centimeter = centimeter ** 2",
    "square_meter = meter ** 2",
    "cubic_meter = meter ** 3",
    "newton_meter = newton * meter",
    "pound_force_foot = pound_force * foot",
    "pound_force_inch = pound_force * inch",
    "gram_per_square_meter = gram / meter ** 2",
    "kilometer_per_hour = kilometer / hour",
    "mile_per_hour = mile / hour",
    "meter_per_second = meter / second",
)
# A written unit ends where its word ends: "5 m" in "5 men" is none, nor is "5 g" in "5 g2" or "4 größere".
_END: Final = r"(?![A-Za-z0-9À-ÖØ-öø-ɏ²³^])"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: ``magnitude in base = number * factor + offset``; a unit that never converts is its own base."""

    kind: str
    name: str
    base: str
    factor: float
    offset: float


@dataclass(frozen=True, slots=True)
class UnitLexicon:
    """How units are written: ``exact`` by case, ``words`` in lower case, and the pattern that finds either."""

    units: dict[str, Unit]
    exact: dict[str, Unit]
    words: dict[str, Unit]
    pattern: re.Pattern[str]


@lru_cache(maxsize=1)
def unit_lexicon() -> UnitLexicon:
    """All units; read once, because pint takes a while to start."""
    import pint  # noqa: PLC0415 - half a second that importing kg must not cost

    registry: Any = pint.UnitRegistry(autoconvert_offset_to_baseunit=True)
    for definition in _DEFINITIONS:
        registry.define(definition)
    table = tomllib.loads((files("kg.resolution") / "data" / "units.toml").read_text(encoding="utf-8"))
    units: dict[str, Unit] = {}
    exact: dict[str, Unit] = {}
    words: dict[str, Unit] = {}
    divisors: set[str] = set()
    for kind, entries in table.items():
        base = entries.pop("base", "")
        for name, entry in entries.items():
            factor, offset = _conversion(registry, name, base) if base else (1.0, 0.0)
            unit = Unit(kind, name, base or name, factor, offset)
            units[name] = unit
            exact |= dict.fromkeys(entry.get("exact", ()), unit)
            words |= dict.fromkeys(entry.get("words", ()), unit)
            if base:
                divisors.update(entry.get("exact", ()), entry.get("words", ()))
    return UnitLexicon(units, exact, words, _pattern(exact, words, divisors))


def _conversion(registry: Any, name: str, base: str) -> tuple[float, float]:  # noqa: ANN401 - pint builds its registry class at run time
    def convert(number: float) -> float:
        return float((number * registry.Quantity(1, name)).to(base).magnitude)

    if base == "degree_Celsius":
        zero, ten = (float(registry.Quantity(number, name).to(base).magnitude) for number in (0, 10))
        return (ten - zero) / 10, zero
    return convert(1), 0.0


def _pattern(exact: dict[str, Unit], words: dict[str, Unit], divisors: set[str]) -> re.Pattern[str]:
    def either(names: set[str]) -> str:
        # The longest first, by whichever list it is written: "25 km/h" is a speed, not 25 km.
        ordered = sorted(names, key=lambda name: (-len(name), name))
        return "|".join(_ended(name) if name in exact else f"(?ai:{_ended(name)})" for name in ordered)

    return re.compile(
        rf"[ \u00a0\u2009\u202f]?[-‐‑]?[ \u00a0]?(?P<unit>{either(exact.keys() | words.keys())})"
        # "5 L/min" is no volume, but "16 oz/bottle" is a weight.
        rf"(?!\.?(?:/|\s?per\s)(?:{either(divisors)}|(?:s|in){_END}))"
    )


def _ended(name: str) -> str:
    """The pattern of ``name`` as a word that ends there."""
    if not (name[-1].isascii() and name[-1].isalnum()):
        return re.escape(name)
    # "2 V-neck shirts" are not 2 volts, but a "12V-battery" has 12.
    compound = "(?!(?<=[^0-9].)-[A-Za-z]{2})" if len(name) == 1 else ""
    return re.escape(name) + _END + compound

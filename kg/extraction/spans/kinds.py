"""Figures of another kind than a question asks for: a weight in millimetres is no answer."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from kg.naming import plain_name
from kg.resolution import quantities

# Fitted to 2,100 questions about 150 texts that no model saw: 0.53 (95 % interval 0.17 to 0.87) and -1.46 (-2.21 to
# -0.98); rounded towards 0, where the network's own confidence stands.
_OF_THIS_KIND: Final = 0.5
_NO_FIGURE: Final = -1.0
# Of 382 questions about texts with one figure of such a kind 373 have it as their answer, and three have none; of 166
# about texts with a figure of that very side 152 have it, or it with another, and all have one.
_ALL_BUT_SURE: Final = 3.0
_ELECTRIC: Final = frozenset({"power", "voltage", "current", "frequency"})
# Not of a part of it, or of a state: "Battery Voltage", "Standby Power".
_OF_THE_WHOLE: Final = re.compile(
    r"(?:(?:item|product|rated|nominal|operating|working|max|maximum|input|power)[ ])*"
    r"(?:wattage|watts|power|voltage|amperage|current|frequency)|(?:额定|工作|最大|输入)?(?:功率|电压|电流)"
)
_CAPACITY: Final = frozenset({"volume", "weight", "charge"})
_OUNCES: Final = re.compile(r"oz|ounce|盎司", re.IGNORECASE)
# "Volume (ml)", "Length of Cord", "Weight per Jar": a unit, and what follows the word that names the figure.
_UNIT: Final = re.compile(r"[(\[（【]([^)\]）】]{1,20})[)\]）】]")
_FURTHER: Final = re.compile(r"(?<=\w) (?:of|per|in|for|with) .*| ?[(\[（【].*", re.DOTALL)
_AXES: Final = {
    "width": frozenset({"width", "wide", "w"}),
    "height": frozenset({"height", "high", "tall", "h"}),
    "depth": frozenset({"depth", "deep", "d"}),
    "length": frozenset({"length", "long", "l"}),
    "diameter": frozenset({"diameter", "dia", "d", "wide", "w"}),
    "thickness": frozenset({"thickness", "thick"}),
}
_SIDE_OF_THE_WHOLE: Final = re.compile(rf"(?:(?:item|product|overall|total) )?(?:{'|'.join(_AXES)})")
_SIDES: Final = "|".join(sorted({word for words in _AXES.values() for word in words}, key=len, reverse=True))
_SIDE_BEHIND: Final = re.compile(rf"\s*\(?(?:in\s+)?({_SIDES})(?=[ ]?(?:[,.;)\n×x/&]|and\b|by\b|$))", re.IGNORECASE)


def of_asked_kind(attribute: str, text: str, start: int, end: int, language: str) -> float | None:
    """What the quantities in ``text[start:end]`` say of it as the value of ``attribute``, in log-odds.

    None where the attribute asks for a figure and the span states others alone, or one that is said of another side
    ("29 cm deep" for a width): it is no answer. 0 where any figure, or none, may be asked for.
    """
    name, asked = _asked(attribute, "zh" if language == "zh" else "en")
    if not asked:
        return 0.0
    found = quantities(text[start:end], language)
    stated = {one.key for one in found if one.kind in asked}
    if not stated:
        return None if found else _NO_FIGURE
    side = _side_behind(name, text, end)
    if side is False or _is_weight_for_volume(asked, text, text[start:end], language):
        return None
    only = asked <= _ELECTRIC and _OF_THE_WHOLE.fullmatch(name) and stated == _stated_in(text, asked, language)
    return _ALL_BUT_SURE if only or (side and _SIDE_OF_THE_WHOLE.fullmatch(name)) else _OF_THIS_KIND


def _side_behind(name: str, text: str, end: int) -> bool | None:
    """Whether the side that is named behind a figure ("29 cm deep") is the one asked for; None where there is none."""
    own = _AXES.get(name.rpartition(" ")[2])
    said = _SIDE_BEHIND.match(text, end) if own else None
    return said[1].casefold() in own if own and said else None


def _is_weight_for_volume(asked: frozenset[str], text: str, value: str, language: str) -> bool:
    """Whether ``value`` is a weight though a capacity is asked for, and the text has a volume; ounces may be fluid."""
    if not asked >= _CAPACITY or _OUNCES.search(value):
        return False
    kinds = {one.kind for one in quantities(value, language)}
    return kinds == {"weight"} and bool(_stated_in(text, frozenset({"volume"}), language))


@lru_cache(maxsize=8)
def _stated_in(text: str, kinds: frozenset[str], language: str) -> set[str]:
    return {one.key for one in quantities(text, language) if one.kind in kinds}


@lru_cache(maxsize=1024)
def _asked(attribute: str, language: str) -> tuple[str, frozenset[str]]:
    """The name of the figure that an attribute asks for, and the kinds it may be of; none: any, or no figure."""
    unit = _UNIT.search(attribute)
    name = plain_name(_FURTHER.sub("", attribute, count=1))
    border = "" if language == "zh" else " "
    kinds = _kinds(language)
    figure = next((word for word in kinds if (border + name).endswith(border + word)), "")
    asked = kinds.get(figure, frozenset())
    measured = asked & {one.kind for one in quantities(f"1 {unit[1]}", language)} if unit else frozenset()
    return name, measured or asked


@lru_cache(maxsize=2)
def _kinds(language: str) -> dict[str, frozenset[str]]:
    """What each word asks for; a word stands before those that it ends with."""
    table: dict[str, Any] = tomllib.loads(
        (files("kg.extraction.spans") / "data" / "kinds.toml").read_text(encoding="utf-8")
    )[language]
    return {word: frozenset(table[word]) for word in sorted(table, key=len, reverse=True)}

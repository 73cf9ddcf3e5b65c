"""Negation by rule: what a text denies in plain words, and values that stand in a denial's scope."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.ontology import Relation

# An item has few words: what is longer is a clause, which the patterns must not swallow.
# Possessive throughout: a list is read once, never again in other ways, so that hostile text costs linear time.
_WORD: Final = (
    r"(?!(?:and|or|is|are|but|that|does|do|not|should|to|contained|contain|sold|available|needed|required|necessary"
    r"|included|supplied|provided)\b)[A-Za-z0-9](?:[\w'’&/-]|\.(?=[0-9]))*+"
)
_ITEM: Final = rf"{_WORD}(?:[ ]{_WORD}){{0,3}}+"
_ZH_ITEM: Final = r"[^，。；！？、\s【】（）()：:和与及或]{1,8}"
# A list begins with a word, never amid one: else a word of a thousand parts ("a/a/a/…") is read a thousand times.
_AMID: Final = r"(?<![\w'’&/-]['’&/])(?!(?<=[\w'’&/-]\.)[0-9])"
_LISTS: Final = {
    "en": rf"(?:{_AMID}{_ITEM}(?:(?:,\s*+(?:and\s+|or\s+)?+|\s++(?:and|or|&)\s++)"
    rf"(?:(?:no|a|an|the|any)\s+)?+{_ITEM}){{0,8}}+)",
    "zh": rf"(?:{_ZH_ITEM}(?:[、和与及或]{_ZH_ITEM}){{0,8}})",
}
_COMMAS: Final = {"en": re.compile(r",\s*(?:and\s+|or\s+)?|\s+(?:and|or|&)\s+"), "zh": re.compile(r"[、和与及或]")}
_JOINS: Final = {
    "en": re.compile(r"\s*,?\s*(?:(?:and|or|nor|&)\s+)?(?:(?:no|any|a|an|the|on|in|for)\s+)?|\s*,\s*"),
    "zh": re.compile(r"\s*[、和与及或]\s*"),
}
_OWN_CUE: Final = {
    "en": re.compile(r"\b(?:not?|without|never|free|cannot|n[o'’]t|less)\b|n['’]t\b", re.IGNORECASE),
    "zh": re.compile(r"[不无非免未勿零]|没有"),
}
_CUE: Final = {
    "en": re.compile(r"no[tnr]?\b|n['’]t\b|without|free|zero|separate", re.IGNORECASE),
    "zh": re.compile(r"[不无免非零0勿禁慎]|另[购售]"),
}
_SENTENCE: Final = re.compile(r"[^.!?。！？\n]+(?:[.!?](?=[^\s.!?])[^.!?。！？\n]*)*")
_LEADING: Final = re.compile(
    r"^(?:(?:no|a|an|the|any|please|note|that|and|or|but|with|your|our|this|these|all|other|additional|of|in|for|only|comes?|is|are|harmful)\s+)+",
    re.IGNORECASE,
)
_TRAILING: Final = re.compile(r"\s+(?:of any (?:kind|sort)|at all|whatsoever|in the box)$", re.IGNORECASE)
_WRAPPING: Final = re.compile(r"\s+pack(?:ag)?ing\b", re.IGNORECASE)  # what it is free of, the product may contain
_REACH: Final = 60  # code points before a value in which its denial must begin


@dataclass(frozen=True, slots=True)
class Denial:
    """A span of a text (code points, half-open) that the text itself denies."""

    start: int
    end: int
    relation: Relation


@dataclass(frozen=True, slots=True)
class _Rules:
    rules: tuple[tuple[Relation, bool, re.Pattern[str]], ...]
    flips: re.Pattern[str]
    exceptions: re.Pattern[str]
    substances: frozenset[str]


def denials(text: str, language: str) -> list[Denial]:
    """What ``text`` denies in so many words: "battery not included", "free from gluten, dairy"."""
    found: dict[Denial, None] = {}
    for sentence in _SENTENCE.finditer(text):
        for one in _denials(sentence.group(), "zh" if language == "zh" else "en"):
            found[Denial(one.start + sentence.start(), one.end + sentence.start(), one.relation)] = None
    return sorted(found, key=lambda denial: (denial.start, denial.end))


def is_denied(text: str, start: int, language: str) -> bool:
    """Whether a denial stands directly before position ``start`` ("not suitable for …", "不支持…")."""
    rules = _rules(language)
    before = text[max(0, start - _REACH) : start]
    found = rules.flips.search(before)
    if found is None:
        return False
    return rules.exceptions.match(text, start - len(before) + found.start()) is None


def continues_list(between: str, language: str) -> bool:
    """Whether ``between`` joins two values of one list, so that what denies the first denies the second."""
    return _JOINS["zh" if language == "zh" else "en"].fullmatch(between) is not None


def has_cue(text: str, language: str) -> bool:
    """Whether ``text`` says by itself that something is not so."""
    return _OWN_CUE["zh" if language == "zh" else "en"].search(text) is not None


@lru_cache(maxsize=4096)
def _denials(sentence: str, language: str) -> tuple[Denial, ...]:
    # The rules look at every word, and few sentences deny anything.
    return tuple(_deny(sentence, language)) if _CUE[language].search(sentence) else ()


def _deny(text: str, language: str) -> Iterator[Denial]:
    rules = _rules(language)
    for relation, substances_only, pattern in rules.rules:
        for match in pattern.finditer(text):
            if relation == "CONTAINS" and _WRAPPING.match(text, match.end()):
                continue
            for start, end in _items(text, *match.span("items"), language):
                item = text[start:end].casefold()
                known = item in rules.substances or (language != "zh" and item.rpartition(" ")[2] in rules.substances)
                if end > start and (known or not substances_only):
                    # "不含" names accessories and substances alike; what the list knows is a substance
                    yield Denial(start, end, "CONTAINS" if known and relation == "INCLUDES" else relation)


def _items(text: str, start: int, end: int, language: str) -> Iterator[tuple[int, int]]:
    position = start
    for cut, following in [*((m.start(), m.end()) for m in _COMMAS[language].finditer(text, start, end)), (end, end)]:
        item = text[position:cut]
        leading = _LEADING.match(item)
        begin = position + (leading.end() if leading else 0)
        stripped = _TRAILING.sub("", text[begin:cut]).rstrip(" .-")
        yield begin, begin + len(stripped)
        position = following


@lru_cache(maxsize=2)
def _rules(language: str) -> _Rules:
    name = "zh" if language == "zh" else "en"
    table: dict[str, Any] = tomllib.loads(
        (files("kg.extraction") / "data" / "negations.toml").read_text(encoding="utf-8")
    )[name]
    edge, tail = (r"(?<![\w-])", r"[\s:]*$") if name == "en" else ("", r"$")
    return _Rules(
        rules=tuple(
            (
                cast("Relation", rule["relation"]),
                rule.get("only") == "substances",
                re.compile(rule["pattern"].replace("@LIST@", _LISTS[name]), re.IGNORECASE),
            )
            for rule in table["rules"]
        ),
        flips=re.compile(rf"{edge}(?:{'|'.join(table['flips'])}){tail}", re.IGNORECASE),
        exceptions=re.compile("|".join(table["exceptions"]), re.IGNORECASE),
        substances=frozenset(table["substances"].casefold().split()),
    )

"""Negation by rule: what a text denies in plain words, and values that stand in a denial's scope."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, cast

from kg.catalog.normalisation import plain_form

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
_ZH_ITEM: Final = r"[^,;!?，。；！？、\s【】（）()：:和与及或]{1,8}"
# A list begins with a word, never amid one: else a word of a thousand parts ("a/a/a/…") is read a thousand times.
_AMID: Final = r"(?<![\w'’&/-]['’&/])(?!(?<=[\w'’&/-]\.)[0-9])"
_LISTS: Final = {
    "en": rf"(?:{_AMID}{_ITEM}(?:(?:,\s*+(?:and\s+|or\s+)?+|\s++(?:and|or|&)\s++)"
    rf"(?:(?:no|a|an|the|any)\s+)?+{_ITEM}){{0,8}}+)",
    "zh": rf"(?:{_ZH_ITEM}(?:[、和与及或]{_ZH_ITEM}){{0,8}})",
}
_COMMAS: Final = {"en": re.compile(r",\s*(?:and\s+|or\s+)?|\s+(?:and|or|&)\s+"), "zh": re.compile(r"[、和与及或]")}
_SEPARATOR: Final = r"(?:\s*,\s*(?:(?:and|or)\s+)?|\s+(?:and|or|nor|&)\s+)"
_JOINS: Final = {
    "en": re.compile(r"\s*,?\s*(?:(?:and|or|nor|&)\s+)?(?:(?:no|any|a|an|the|on|in|for)\s+)?|\s*,\s*"),
    "zh": re.compile(r"\s*[、和与及或]\s*"),
}
_SKIPPED: Final = {
    "en": re.compile(rf"(?:{_SEPARATOR}{_ITEM}){{1,40}}+{_SEPARATOR}(?:(?:a|an|the|any)\s+)?"),
    "zh": re.compile(rf"\s*[、和与及或](?:{_ZH_ITEM}[、和与及或]){{1,40}}"),
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
REACH: Final = 60  # code points before a value in which its denial must begin
LONGEST_LIST: Final = 300  # code points before a value in which the heading of its list must begin
AFTER: Final = 40  # code points after a value in which the answer to it must end
_CROSS: Final = "[✗✘✖❌⨯🚫⛔]\ufe0f?"
_MARK: Final = r"(?:[-•*·–—▪►]|[0-9]{1,2}[.)、])?"  # of a line of a list
_HEADED: Final = {
    "en": r"(?:\s+(?:in|for|with|the|this|any|of|following|items?|parts?|people|models?|devices?|products?|package|box"
    r"|kit|set|ingredients|allergens)){0,5}\s*",
    "zh": r"[^:：,;，。；\n]{0,4}",
}
_ZH_FURTHER: Final = rf"(?:{_ZH_ITEM}[、和与及或]){{1,6}}"  # what the same words deny before a value
_LISTED: Final = r"(?P<listed>(?:[^.。;；!！?？:：]|\.(?=[0-9])){0,250})$"
_TURNS: Final = re.compile(r"\b(?:but|only|except|includ\w+|yes)\b|[但仅只]", re.IGNORECASE)
_LISTED_LINE: Final = re.compile(r"\s*(?:(?:[-•*·–—▪►]|[0-9]{1,2}[.)、]).*|\S+(?:[ ]\S+){0,3}|)\s*")
_CROSSED: Final = re.compile(rf"{_CROSS}[^\S\n]*$")
_CROSSED_OUT: Final = re.compile(rf"[^\S\n]*{_CROSS}")
_TICKED: Final = re.compile(r"[✓✔✅☑]\ufe0f?[^\S\n]*$")
_LED: Final = re.compile(rf"\s*(?:{_CROSS}|[✓✔✅☑])")
_ONE_LINE_MORE: Final = re.compile(rf"[.;,；，]?[^\S\n]*\n\s*{_MARK}\s*")
_LINE_BEGINS: Final = re.compile(rf"\s*{_MARK}\s*")
_FREE: Final = re.compile(r"[\s-]*free\b", re.IGNORECASE)
_APOSTROPHES: Final = str.maketrans("´`ʼ‘", "'" * 4)  # what people type for them


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
    headings: re.Pattern[str]
    answers: re.Pattern[str]
    hint: re.Pattern[str]
    substances: frozenset[str]


def denials(text: str, language: str) -> list[Denial]:
    """What ``text`` denies in so many words: "battery not included", "free from gluten, dairy"."""
    found: dict[Denial, None] = {}
    for sentence in _SENTENCE.finditer(text):
        for one in _denials(sentence.group(), "zh" if language == "zh" else "en"):
            found[Denial(one.start + sentence.start(), one.end + sentence.start(), one.relation)] = None
    return sorted(found, key=lambda denial: (denial.start, denial.end))


def hints(text: str, language: str) -> list[int]:
    """Where ``text`` may deny something: what has none of these nearby is not denied."""
    return [found.start() for found in _rules(language).hint.finditer(_plain(text))]


def is_denied(text: str, start: int, language: str) -> bool:
    """Whether a denial stands directly before position ``start`` ("not suitable for …", "不支持…", "❌ …")."""
    rules = _rules(language)
    before = _plain(text[max(0, start - REACH) : start])
    line = before[before.rfind("\n") + 1 :]
    if (crossed := _CROSSED.search(line)) and _leads(line, crossed.start()):
        return True
    found = rules.flips.search(line)
    if found is None:
        return _is_listed(_plain(text[max(0, start - LONGEST_LIST) : start]), rules)
    return rules.exceptions.match(text, start - len(line) + found.start()) is None


def _is_listed(before: str, rules: _Rules) -> bool:
    """Whether ``before`` ends in a list that its heading denies, in a line or several: "Not included: batteries, …"."""
    found = rules.headings.search(before)
    if found is None or _TURNS.search(found["listed"]):
        return False
    own, *lines = found["listed"].split("\n")
    return not lines or (not own.strip() and all(map(_LISTED_LINE.fullmatch, lines)))


def is_answered_no(text: str, start: int, end: int, language: str) -> bool:
    """Whether what follows ``text[start:end]`` denies it: "Waterproof: No", "iPhone 13 ❌", "孕妇慎用"."""
    after = _plain(text[end : end + AFTER])
    if _rules(language).answers.match(after):
        return True
    if _CROSSED_OUT.match(after) is None and _CROSSED.search(text[start:end]) is None:
        return False
    # Where marks stand in front, the one behind a value is the next one's.
    before = text[max(0, start - REACH) : start]
    line = before[before.rfind("\n") + 1 :]
    own = _TICKED.search(line) or _CROSSED.search(line)
    return own is None or not _leads(line, own.start())


def _leads(line: str, mark: int) -> bool:
    """Whether the mark there is that of what follows it: "❌ BPA ❌ PVC" is not read as "iPhone ❌ iPad ✅" is."""
    before = line[:mark].rstrip()
    return not before or not before[-1].isalnum() or _LED.match(line) is not None


def is_denied_denial(text: str, start: int, end: int, language: str) -> bool:
    """Whether the denial of ``text[start:end]`` is denied itself: "not BPA free", "BPA free: false"."""
    free = _FREE.match(text, end)
    return free is not None and (is_denied(text, start, language) or is_answered_no(text, end, free.end(), language))


def goes_on(text: str, first: tuple[int, int], start: int) -> bool:
    """Whether a list that has a line for each of its values goes on from one value to that at ``start``."""
    begin = text.rfind("\n", 0, first[0]) + 1
    return (
        _ONE_LINE_MORE.fullmatch(text, first[1], start) is not None
        and _LINE_BEGINS.fullmatch(text, begin, first[0]) is not None
    )


def continues_list(between: str, language: str, *, skipping: bool = False) -> bool:
    """Whether ``between`` joins two values of one list, so that what denies the first denies the second.

    With ``skipping``, further values of the list may stand between them.
    """
    name = "zh" if language == "zh" else "en"
    return _JOINS[name].fullmatch(between) is not None or (skipping and _SKIPPED[name].fullmatch(between) is not None)


def has_cue(text: str, language: str) -> bool:
    """Whether ``text`` says by itself that something is not so."""
    return _OWN_CUE["zh" if language == "zh" else "en"].search(text) is not None


def _plain(text: str) -> str:
    """``text`` with apostrophes and letters as they are usually typed; as long as it was."""
    if text.isascii():
        return text
    return "".join(map(plain_form, text.translate(_APOSTROPHES)))


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
    edge, tail = (r"(?<![\w-])", r"[\s:]*$") if name == "en" else ("", r"[\s:：]*$")
    # "非", "无" and the like are part of the word behind them, and no more than that.
    further = [] if name == "en" else [f"(?:{one}){_ZH_FURTHER}" for one in table["flips"] if len(one) > 1]
    return _Rules(
        rules=tuple(
            (
                cast("Relation", rule["relation"]),
                rule.get("only") == "substances",
                re.compile(rule["pattern"].replace("@LIST@", _LISTS[name]), re.IGNORECASE),
            )
            for rule in table["rules"]
        ),
        flips=re.compile(rf"{edge}(?:{'|'.join(table['flips'] + further)}){tail}", re.IGNORECASE),
        exceptions=re.compile("|".join(table["exceptions"]), re.IGNORECASE),
        headings=re.compile(rf"{edge}(?:{'|'.join(table['headings'])}){_HEADED[name]}[:：]{_LISTED}", re.IGNORECASE),
        hint=re.compile(rf"{table['hint']}|{_CROSS}", re.IGNORECASE),
        answers=re.compile("|".join(table["answers"]), re.IGNORECASE),
        substances=frozenset(table["substances"].casefold().split()),
    )

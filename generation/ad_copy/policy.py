"""Wording that the platforms refuse, whoever wrote it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from generation.grounding.lexicon import chinese, english

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_MONEY: Final = re.compile(r"[$€£¥￥]\s?\d|\d\s?(?:USD|EUR|GBP|CNY|dollars?|euros?|元|块钱|% off)\b", re.IGNORECASE)
_GIMMICK: Final = re.compile(r"([!?.,])\1+|[!?]{2,}|\.{3}|…|[~*_^=|]{1,}|(.)\2{3,}")
_CAPS: Final = 4
_EMPTY_ABSOLUTES: Final = frozenset(
    {"guaranteed", "guarantee", "guarantees", "forever", "100%", "always", "unbreakable", "indestructible"}
)


def policy_problems(text: str, *, names: Iterable[str] = (), headline: bool = False, language: str = "en") -> list[str]:
    """What a platform would refuse in ``text``; empty where nothing.

    Args:
        text: one part of an ad.
        names: brand, model and certificate names, which are written as their owners write them.
        headline: headlines take no exclamation mark, other parts one.
        language: ISO 639-1.
    """
    problems = []
    allowed = _words(tuple(names))
    low = text.lower().replace("’", "'")
    if text.count("!") + text.count("！") > (0 if headline else 1):
        problems.append("exclamation")
    if _GIMMICK.search(text):
        problems.append("punctuation")
    if _MONEY.search(text):
        problems.append("price")
    if any(unicodedata.category(letter) in {"So", "Cs", "Co"} and letter not in "°™®©" for letter in text):
        problems.append("symbol")
    if any(word.isupper() and len(word) >= _CAPS and word.lower() not in allowed for word in _WORD.findall(text)):
        problems.append("all_caps")
    problems += _chinese(text) if language == "zh" else _english(low, allowed)
    return problems


def _english(low: str, allowed: frozenset[str]) -> list[str]:
    lexicon = english()
    words = {word for word in re.findall(r"[#\w'%-]+", low) if word not in allowed}
    problems = []
    if words & (lexicon.superlatives | _EMPTY_ABSOLUTES):
        problems.append("superlative")
    if any(re.search(rf"\b{re.escape(phrase)}\b", low) for phrase in lexicon.urgency):
        problems.append("urgency")
    prices = [phrase for phrase in lexicon.price if phrase not in {"off", "save", "deal", "budget", "sale"}]
    if any(re.search(rf"\b{re.escape(phrase)}\b", low) for phrase in prices):
        problems.append("price")
    return problems


def _chinese(text: str) -> list[str]:
    lists: Any = chinese()
    named = (("superlatives", "superlative"), ("absolutes", "superlative"), ("urgency", "urgency"), ("price", "price"))
    return list(dict.fromkeys(name for key, name in named if any(word in text for word in lists[key] if word != "最")))


@lru_cache(maxsize=256)
def _words(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word.lower() for name in names for word in re.findall(r"[\w'’-]+", name))

"""Kinds of products a text says go with its own, where only few of the catalogue can be meant: ``any E27 bulb``."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final

from kg.analytics.context import role_of, sentence_around
from kg.analytics.mentions import NameMention
from kg.analytics.names import FUNCTION_WORDS, UNITS, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.analytics.names import Family, NameIndex, Token

_MOST_FAMILIES: Final = 3
_MIN_LETTERS: Final = 3
_WANTED_BEFORE: Final = re.compile(
    r"\b(?:pairs? (?:\w+ )?with|needs?|requires?|takes? (?:one|any|an?)|suggest|add an?|separate)\b"
    r"[^,;:()]*$",
    re.IGNORECASE,
)
_OURS_BEFORE: Final = re.compile(r"\bour\s+$", re.IGNORECASE)
_WANTED_AFTER: Final = re.compile(r"^[^.;:()]{0,20}\b(?:not included|sold separately|is required)\b", re.IGNORECASE)


def find_companions(text: str, index: NameIndex, own: Family) -> Iterator[NameMention]:
    """Two words in a row that only the titles of few products hold, the second saying what they are.

    The sentence has to ask for it: ``needs a 30 W USB-C charger``, ``pairs with a hand grinder``.
    """
    words = tokens(text)
    for first, second in itertools.pairwise(words):
        if not _may_name(first, second):
            continue
        families = _families(first, second, index, own)
        if not families:
            continue
        begin, stop = sentence_around(text, first.start, second.end)
        before, after = text[begin : first.start], text[second.end : stop]
        if role_of(text, first.start, second.end) in {"denied", "compared"}:
            continue
        wanted = bool(_WANTED_BEFORE.search(before) or _WANTED_AFTER.search(after))
        for family in families:
            if wanted or (family.brand == own.brand and _OURS_BEFORE.search(before)):
                yield NameMention(first.start, second.end, family)


def _may_name(first: Token, second: Token) -> bool:
    """Whether two words may be a kind of product: a description and a noun, next to each other."""
    return (
        second.start - first.end == 1
        and len(second.key) >= _MIN_LETTERS
        and not second.text[:1].isupper()
        and not first.text.isdigit()
        and first.key not in UNITS
        and first.key not in FUNCTION_WORDS
    )


def _families(first: Token, second: Token, index: NameIndex, own: Family) -> list[Family]:
    """The families of that kind, unless they are too many, of the own kind, or parts of something else."""
    if own.noun == second.key:
        return []
    families = [family for family in index.of_kind(second.key) if first.key in family.words]
    if len(families) > _MOST_FAMILIES or own in families:
        return []
    return [family for family in families if not family.is_part]

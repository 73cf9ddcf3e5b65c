"""Words of a text as the span model sees them: where each stands, how it is written, in which part of the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

# Every border between letters, digits and marks is a border between words: feeds glue things together ("13x13in",
# "200mm(Pack of 10)"), and a value must still be able to end there. A Chinese character is a word of its own.
_WORD: Final = re.compile(r"\n|['’]?[^\W\d_\u2e80-\u9fff\uf900-\ufaff]+|[0-9]+(?:[.,][0-9]+)*|\S")
_CHINESE: Final = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff]")
_LONGEST_WORD: Final = 40  # code points; what is longer is no word, and is cut into pieces of this length
_LONGEST_HEADING: Final = 9  # words

SHAPES: Final = 10
ZONES: Final = 3
TITLE, HEADING, BODY = range(ZONES)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one text.

    Args:
        text: that text.
        texts: each word as it stands.
        starts: first code point of each, in the text.
        ends: code point after the last of each.
        lines: number of the line each one stands in; a line break is a word of the line that it ends.
        shapes: how each one is written, from 0 up to ``SHAPES``.
        zones: ``TITLE``, ``HEADING`` (what introduces a bullet: "EASY TO CLEAN: …") or ``BODY``.
    """

    text: str
    texts: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    lines: tuple[int, ...]
    shapes: tuple[int, ...]
    zones: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.texts)


def split_words(text: str) -> Words:
    """The words of ``text``, a product's title and further texts, one a line."""
    texts, starts, ends = [], [], []
    for match in _WORD.finditer(text):
        start, end = match.span()
        for begin in range(start, end, _LONGEST_WORD):
            stop = min(begin + _LONGEST_WORD, end)
            texts.append(text[begin:stop])
            starts.append(begin)
            ends.append(stop)
    lines = _lines(texts)
    return Words(
        text,
        tuple(texts),
        tuple(starts),
        tuple(ends),
        tuple(lines),
        tuple(_shape(word) for word in texts),
        tuple(_zones(texts, lines)),
    )


def _lines(texts: list[str]) -> list[int]:
    lines, line = [], 0
    for word in texts:
        lines.append(line)
        line += word == "\n"
    return lines


def _zones(texts: list[str], lines: list[int]) -> list[int]:
    zones = [BODY if line else TITLE for line in lines]
    start = 0
    for index, word in enumerate(texts):
        if word == "\n":
            start = index + 1
        elif lines[index] and word in {":", "：", "】"} and index - start <= _LONGEST_HEADING:
            zones[start:index] = [HEADING] * (index - start)
            start = -_LONGEST_HEADING - 1  # a line has one heading
    return zones


@lru_cache(maxsize=1 << 16)
def _shape(word: str) -> int:
    if not word[0].isalpha() or _CHINESE.match(word):
        return _mark(word)
    if len(word) == 1:
        return 4 if word.isupper() else 5
    if word.isupper():
        return 6
    if word.islower():
        return 7
    return 8 if word[1:].islower() else 9


def _mark(word: str) -> int:
    if word == "\n":
        return 0
    if word[0].isdigit():
        return 1
    return 2 if _CHINESE.match(word) else 3

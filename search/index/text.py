"""How texts become terms: the same for products and queries.

Words are lower-cased, folded to ASCII where that only drops accents, and stemmed as English. Runs of Han characters
become overlapping pairs, which needs no dictionary and finds every word of two characters or more.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

if TYPE_CHECKING:
    from collections.abc import Iterable

STEMMED: Final = "shelfgraph_en"
PLAIN: Final = "shelfgraph_words"
STOP_WORDS: Final = frozenset({
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "from", "if", "in", "into", "is", "it",
    "its", "no", "not", "of", "on", "or", "such", "than", "that", "the", "their", "then", "there", "these",
    "they", "this", "to", "was", "will", "with", "without",
})  # fmt: skip
_LONGEST_TERM: Final = 64
_HAN_RUN: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002ffff]+")
_TAG: Final = re.compile(r"<[a-zA-Z/!][^<>]{0,500}>|&#?\w{1,10};")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_LONGEST_JOIN: Final = 24


@lru_cache(maxsize=1)
def stemming() -> TextAnalyzer:
    """The analyzer of the fields that are searched."""
    return _lowered().filter(Filter.stemmer("english")).build()


@lru_cache(maxsize=1)
def plain() -> TextAnalyzer:
    """The analyzer of the fields that hold whole words, for spelling and joined words."""
    return _lowered().build()


def _lowered() -> TextAnalyzerBuilder:
    return (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.remove_long(_LONGEST_TERM))
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
    )


def prepare(text: str) -> str:
    """A text as the analyzers want it: no markup, no lone surrogates, Han characters in pairs."""
    if "<" in text or "&" in text:
        text = _TAG.sub(" ", text)
    if text.isascii():
        return text
    return _HAN_RUN.sub(_pairs, _SURROGATE.sub(" ", text))


def terms(text: str) -> list[str]:
    """The terms of a text, each once, in order."""
    return list(dict.fromkeys(stemming().analyze(prepare(text))))


def query_terms(text: str) -> list[str]:
    """The terms to look for: without words that say nothing, unless there are no others."""
    words = [word for word in plain().analyze(prepare(text)) if word not in STOP_WORDS]
    return terms(" ".join(words)) if words else terms(text)


def words(text: str) -> list[str]:
    """The words of a text, lower-cased, not stemmed."""
    return plain().analyze(prepare(text))


def joined(text: str) -> Iterable[str]:
    """Neighbouring words written as one, so that "firestick" finds "Fire Stick" and "ecloth" finds "E-Cloth"."""
    found = words(text)
    for left, right in pairwise(found):
        if left.isalpha() and right.isalpha() and left.isascii() and len(left) + len(right) <= _LONGEST_JOIN:
            yield left + right


def _pairs(match: re.Match[str]) -> str:
    run = match.group()
    pairs = run if len(run) == 1 else " ".join(run[at : at + 2] for at in range(len(run) - 1))
    return f" {pairs} "

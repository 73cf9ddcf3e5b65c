"""What the tagger sees of a text: one list of features for each token."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from kg.resolution import quantities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.tokens import Doc

    from kg.extraction.lexicon import Lexicon

_DIGIT: Final = re.compile(r"[0-9]")
_UPPER: Final = re.compile(r"[A-Z]")
_LOWER: Final = re.compile(r"[a-z]")
_LONG_RUN: Final = re.compile(r"(.)\1{2,}")
_HEADING_ENDS: Final = frozenset({":", "：", "】", "-", "–", "—"})
_HEADING_LONGEST: Final = 9  # tokens
_CUES_BEFORE: Final = 5  # tokens that a negation reaches
_CUES_AFTER: Final = 3
_CUES: Final = frozenset({
    "no", "not", "without", "non", "never", "free", "don't", "n't", "cannot", "can't", "excluding", "except", "isn't",
    "doesn't", "won't", "less", "sold", "separately", "neither", "nor",
    "不", "无", "非", "未", "勿", "免", "别", "没有", "没", "不含", "不可", "不支持",
    "不能", "不适合", "不带", "不附", "不适用", "不是", "无需", "不宜", "并非",
})  # fmt: skip
_NEAR: Final = (-3, -2, -1, 1, 2, 3)


def token_features(doc: Doc, lexicon: Lexicon, *, language: str, without: Lexicon | None = None) -> list[list[str]]:
    """The features of each token of ``doc``, a product's title and further texts, one a line.

    Args:
        doc: the tokenized text; its first line is the title.
        lexicon: what words usually state.
        language: ISO 639-1.
        without: counts that the lexicon leaves out, see :meth:`Lexicon.marks`.
    """
    texts = [token.text for token in doc]
    lower = [text.lower() for text in texts]
    words = [_word(text) for text in texts]
    marks = lexicon.marks(lower, without=without)
    measured = _measured(doc, language)
    lines = _lines(texts)
    title_end = lines[0][1] if lines else 0
    title = {word for word in lower[:title_end] if len(word) > 2}  # noqa: PLR2004 - particles repeat everywhere
    cues = [index for index, word in enumerate(lower) if word in _CUES]
    features: list[list[str]] = [["line"] for _ in texts]
    for number, (start, end) in enumerate(lines):
        zone = "b" if number else "z"
        heading_end = _heading_end(doc, start, end)
        for index in range(start, end):
            own = [*words[index].own, zone, f"zw={zone}{words[index].text}"]
            if number:
                own.append(f"lp={min(index - start, 3)}")
                if lower[index] in title:
                    own.append("intitle")
            else:
                own += (f"tp={min(index, 6)}", f"te={min(end - index, 4)}", f"tps={min(index, 3)}{words[index].shape}")
            if index < heading_end:
                own.append("hdr")
            if measured[index]:
                own += (f"q={measured[index]}", f"qz={measured[index]}{zone}")
            for mark in marks[index]:
                own += (f"m={mark}", f"mz={mark}{zone}")
            own += lexicon.tail_marks(lower[index], without=without)
            _around(own, index, words, marks, measured)
            features[index] = own
    _negations(features, cues)
    return features


class _Word:
    """What one spelling looks like; shared by all its tokens."""

    __slots__ = ("own", "shape", "text")

    def __init__(self, text: str) -> None:
        self.text = _DIGIT.sub("0", text.lower())
        shape = _UPPER.sub("X", _LOWER.sub("x", _DIGIT.sub("d", text[:32])))
        self.shape = _LONG_RUN.sub(r"\1\1", shape)
        self.own = [
            f"w={self.text}", f"s={self.shape}", f"p3={self.text[:3]}", f"x3={self.text[-3:]}", f"x2={self.text[-2:]}",
            *(["up"] if text.isupper() and len(text) > 1 else []),
        ]  # fmt: skip


@lru_cache(maxsize=65536)
def _word(text: str) -> _Word:
    return _Word(text)


def _around(
    own: list[str], index: int, words: Sequence[_Word], marks: Sequence[Sequence[str]], measured: Sequence[str]
) -> None:
    last = len(words) - 1
    for offset in _NEAR:
        at = index + offset
        if not 0 <= at <= last:
            own.append(f"w{offset}=EOS")
            continue
        word = words[at]
        own.append(f"w{offset}={word.text}")
        if -3 < offset < 3:  # noqa: PLR2004 - the outermost words say little beyond themselves
            own += (f"s{offset}={word.shape}", f"x{offset}={word.text[-3:]}")
            if measured[at]:
                own.append(f"q{offset}={measured[at][1:]}")
            own += [f"m{offset}={mark}" for mark in marks[at]]
    if index:
        own.append(f"b-1={words[index - 1].text}_{words[index].text}")
        if index > 1:
            own.append(f"bb={words[index - 2].text}_{words[index - 1].text}")
    if index < last:
        own.append(f"b+1={words[index].text}_{words[index + 1].text}")
        if index + 1 < last:
            own.append(f"ba={words[index + 1].text}_{words[index + 2].text}")


def _measured(doc: Doc, language: str) -> list[str]:
    marks = [""] * len(doc)
    for quantity in quantities(doc.text, language):
        span = doc.char_span(quantity.start, quantity.end, alignment_mode="expand")
        if span is not None:
            for index in range(span.start, span.end):
                marks[index] = ("B" if index == span.start else "I") + quantity.kind
    return marks


def _lines(texts: Sequence[str]) -> list[tuple[int, int]]:
    lines, start = [], 0
    for index, text in enumerate(texts):
        if "\n" in text:
            lines.append((start, index))
            start = index + 1
    lines.append((start, len(texts)))
    return lines


def _heading_end(doc: Doc, start: int, end: int) -> int:
    """Where the heading of a line ends ("EASY TO CLEAN: …"), or its start."""
    for index in range(start + 1, min(start + _HEADING_LONGEST, end)):
        text = doc[index].text
        if text in _HEADING_ENDS and (text not in "-–—" or doc[index].whitespace_):
            return index
    return start


def _negations(features: list[list[str]], cues: Sequence[int]) -> None:
    before, after = set[int](), set[int]()
    for cue in cues:
        before.update(range(cue + 1, cue + 1 + _CUES_BEFORE))
        after.update(range(cue - _CUES_AFTER, cue))
    for index in before:
        if index < len(features):
            features[index].append("negb")
    for index in after:
        if index >= 0:
            features[index].append("nega")

"""What the network affirms although the text denies it in plain words, and denials that the text takes back."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from kg.extraction.negation import (
    AFTER,
    LONGEST_LIST,
    REACH,
    continues_list,
    denials,
    goes_on,
    has_cue,
    hints,
    is_answered_no,
    is_denied,
    is_denied_denial,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from kg.extraction.spans.decoding import Reading

# What a product is called, measures or looks like is not denied: "not a genuine Samsung part" denies a feature.
_DENIABLE: Final = frozenset(
    {
        "CERTIFICATION", "COMPATIBLE_WITH", "CONTAINS", "FEATURE", "INCLUDES", "MATERIAL", "REQUIRES", "SUITABLE_FOR",
        "USED_FOR", "USED_IN",
    }
)  # fmt: skip
# Annotators marked all 336 gold spans as denied that the rules take for denied, and of the silver ones 0.996
# (benchmarks/denials.py); a little less, since the rules are asked about spans that a network found.
_RULES_RIGHT: Final = 0.97
# What is not in the box may well be needed, or fit: "2 AA batteries (not included)".
_BOX: Final = re.compile(r"includ|supplied|provided|sold|in the box|[附含]|另[购售]", re.IGNORECASE)
_CLAUSE_ENDS: Final = re.compile(r"[,;.!?，；。！？\n]")
_BOXED: Final = frozenset({"INCLUDES", "CONTAINS", None})
_NOT_LISTED: Final = "FEATURE"  # "no zip, side pockets": what a text says of features changes from one to the next


class PlainDenials:
    """What one text denies in so many words.

    Args:
        text: all of it.
        language: ``en`` or ``zh``.
    """

    def __init__(self, text: str, language: str) -> None:
        self._text, self._language = text, language
        self._hints = hints(text, language)
        self._denied_at: dict[int, set[str]] = defaultdict(set)
        for one in denials(text, language) if self._hints else ():
            for place in range(one.start, one.end):
                self._denied_at[place].add(one.relation)

    def is_denied(self, start: int, end: int, relation: str | None = None) -> bool:
        """Whether the text denies ``text[start:end]``: by what stands before it, behind it or around it.

        What stands around it counts where it is said of that relation, or of any where none is given.
        """
        if not self._is_near(start, end) or (relation not in _BOXED and self._is_of_the_box(start, end)):
            return False
        text, language = self._text, self._language
        return (
            is_denied(text, start, language)
            or is_answered_no(text, start, end, language)
            or (self._is_denied_around(start, end, relation) and not has_cue(text[start:end], language))
        )

    def is_taken_back(self, start: int, end: int) -> bool:
        """Whether the text denies its denial of ``text[start:end]``: "not BPA free"."""
        return self._is_near(start, end) and is_denied_denial(self._text, start, end, self._language)

    def reaches(self, first: Reading, second: Reading) -> bool:
        """Whether what denies the first of two readings denies the second, too."""
        if first.end > second.start:
            return False
        between = self._text[first.end : second.start]
        if "\n" in between:
            return goes_on(self._text, (first.start, first.end), second.start)
        return second.label != _NOT_LISTED and continues_list(between, self._language, skipping=True)

    def _is_denied_around(self, start: int, end: int, relation: str | None) -> bool:
        denied = (self._denied_at.get(place, set()) for place in range(start, end))
        return any(relation in said or (relation is None and said) for said in denied)

    def _is_of_the_box(self, start: int, end: int) -> bool:
        """Whether the clause around ``text[start:end]`` speaks of what comes with the product."""
        before = _CLAUSE_ENDS.split(self._text[max(0, start - REACH) : start])[-1]
        behind = _CLAUSE_ENDS.split(self._text[end : end + AFTER], maxsplit=1)[0]
        return _BOX.search(f"{before} {behind}") is not None

    def _is_near(self, start: int, end: int) -> bool:
        at = bisect_left(self._hints, start - LONGEST_LIST)
        return at < len(self._hints) and self._hints[at] <= end + AFTER


@lru_cache(maxsize=16)
def plain_denials(text: str, language: str) -> PlainDenials:
    """What ``text`` denies in so many words; the last ones are kept, since a text is asked about several times."""
    return PlainDenials(text, language)


@dataclass(slots=True)
class _Span:
    """What is read of one place and label: the two polarities."""

    readings: list[Reading]

    @property
    def sure(self) -> float:
        """The probability of label and borders, whatever the polarity."""
        return sum(one.confidence for one in self.readings)


def denied_plainly(
    text: str, readings: Sequence[Reading], *, language: str, keeps: Callable[[str, float], bool]
) -> list[Reading]:
    """``readings`` with the polarity that ``text`` gives them in plain words.

    A value that a rule finds denied is negated; where a text denies a denial, neither polarity is kept. What denies a
    value denies those that follow it in its list.

    Args:
        text: what was read.
        readings: of one text, a place and label after the other.
        language: ``en`` or ``zh``.
        keeps: whether a label is kept with a confidence.
    """
    plain = PlainDenials(text, language)
    last: dict[str, Reading] = {}
    found: list[Reading] = []
    for span in sorted(_spans(readings), key=lambda one: (one.readings[0].start, one.readings[0].end)):
        settled = list(_settled(span, plain, last, keeps))
        last.update((one.label, one) for one in settled if one.kept)
        found += settled
    return found


def _settled(
    span: _Span, plain: PlainDenials, last: dict[str, Reading], keeps: Callable[[str, float], bool]
) -> Iterator[Reading]:
    one = span.readings[0]
    if one.label not in _DENIABLE:
        yield from span.readings
    elif plain.is_taken_back(one.start, one.end):
        yield from (replace(reading, kept=False) for reading in span.readings)
    elif plain.is_denied(one.start, one.end, one.label) or _follows(one, last.get(one.label), plain):
        negated = round(span.sure * _RULES_RIGHT, 4)
        yield replace(one, polarity="negated", confidence=negated, kept=keeps(one.label, negated))
    else:
        yield from span.readings


def _follows(one: Reading, before: Reading | None, plain: PlainDenials) -> bool:
    return before is not None and before.polarity == "negated" and plain.reaches(before, one)


def _spans(readings: Iterable[Reading]) -> list[_Span]:
    spans: dict[tuple[str, int, int], _Span] = {}
    for one in readings:
        spans.setdefault((one.label, one.start, one.end), _Span([])).readings.append(one)
    return list(spans.values())

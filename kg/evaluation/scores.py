"""Precision, recall and F1 of what was found against what is marked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet


@dataclass(frozen=True, slots=True)
class Score:
    """How well one kind of thing is found; ``marked`` is how many of it the data has."""

    precision: float
    recall: float
    f1: float
    marked: int


class Tally:
    """Counts right, wrong and missed things in groups; a thing may be in several."""

    def __init__(self) -> None:
        self._right: Counter[str] = Counter()
        self._found: Counter[str] = Counter()
        self._marked: Counter[str] = Counter()

    def add(self, group: str, *, found: AbstractSet[object], marked: AbstractSet[object]) -> None:
        """Count one text's things of ``group``."""
        if found or marked:
            self._right[group] += len(found & marked)
            self._found[group] += len(found)
            self._marked[group] += len(marked)

    def found(self, group: str) -> int:
        """How many things of ``group`` were found, rightly or not."""
        return self._found[group]

    def score(self, group: str) -> Score:
        """The score of ``group``; zeros where nothing was found or marked."""
        return score(self._right[group], found=self._found[group], marked=self._marked[group])


def score(right: int, *, found: int, marked: int) -> Score:
    """The score of ``right`` ones among those found and those marked."""
    return Score(
        precision=right / found if right else 0.0,
        recall=right / marked if right else 0.0,
        f1=2 * right / (found + marked) if right else 0.0,
        marked=marked,
    )

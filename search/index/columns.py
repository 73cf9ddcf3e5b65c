"""Columns of values and of numbers, by row number.

One thread writes; readers take no lock. They see arrays that only grow or are replaced, and a row that is being written
shows either side of the change.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

NOWHERE: Final = 0  # row 0 is nobody's: pairs of replaced rows point at it
_START: Final = 1024


class ValueColumn:
    """The values of one facet: pairs (row, value) in two arrays, so that counting is one pass of numpy."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._ids: dict[str, int] = {}
        self._pairs = np.zeros((2, _START), dtype=np.int64)
        self._size = 0
        self._spans: dict[int, tuple[int, int]] = {}

    def put(self, row: int, pairs: Iterable[tuple[str, str]]) -> None:
        """Give a row its values, in place of those it had."""
        self.remove(row)
        ids = list(dict.fromkeys(self._id(key, name) for key, name in pairs))
        if self._size + len(ids) > self._pairs.shape[1]:
            self._compact(len(ids))
        end = self._size + len(ids)
        self._pairs[0, self._size : end] = row
        self._pairs[1, self._size : end] = ids
        self._spans[row] = (self._size, end)
        self._size = end

    def remove(self, row: int) -> None:
        """Take the values of a row away."""
        if span := self._spans.pop(row, None):
            self._pairs[0, span[0] : span[1]] = NOWHERE

    def find(self, value: str) -> int | None:
        """The value that is written so, as a name or a key, whatever its case."""
        return self._ids.get(_folded(value))

    def mask(self, values: Sequence[int], size: int) -> NDArray[np.bool_]:
        """Which of the rows below ``size`` have one of the values."""
        found = np.zeros(size, dtype=bool)
        rows, ids = self._view(size)
        for value in values:
            found[rows[ids == value]] = True
        found[NOWHERE] = False
        return found

    def counts(self, mask: NDArray[np.bool_], limit: int) -> list[tuple[str, int]]:
        """How many of the masked rows have each value: the commonest ``limit`` values."""
        rows, ids = self._view(len(mask))
        counted = np.bincount(ids[mask[rows]])
        values = np.flatnonzero(counted)
        if len(values) > limit:
            least = np.partition(counted[values], -limit)[-limit]
            values = values[counted[values] >= least]
        found = [(self.names[value], int(counted[value])) for value in values.tolist()]
        return heapq.nsmallest(limit, found, key=lambda pair: (-pair[1], pair[0]))

    def count(self, value: int) -> int:
        """How many rows have the value."""
        rows, ids = self._view()
        return int(np.count_nonzero((ids == value) & (rows != NOWHERE)))

    def _view(self, size: int | None = None) -> NDArray[np.int64]:
        """The pairs as a reader may use them: those of rows below ``size``."""
        pairs, length = self._pairs, self._size
        pairs = pairs[:, : min(length, pairs.shape[1])]
        return pairs if size is None or not (beyond := pairs[0] >= size).any() else pairs[:, ~beyond]

    def _id(self, key: str, name: str) -> int:
        folded = _folded(name)
        found = self._ids.get(folded)
        if found is None:
            found = len(self.names)
            self.names.append(name)
            self._ids[folded] = found
        self._ids.setdefault(_folded(key), found)
        return found

    def _compact(self, wanted: int) -> None:
        """Make room: drop the pairs of replaced rows, and double what is still too small."""
        live = self._pairs[0, : self._size] != NOWHERE
        kept = self._pairs[:, : self._size][:, live]
        pairs = np.zeros((2, max(2 * (kept.shape[1] + wanted), _START)), dtype=np.int64)
        pairs[:, : kept.shape[1]] = kept
        before = np.concatenate(([0], np.cumsum(live)))
        self._spans = {row: (int(before[start]), int(before[end])) for row, (start, end) in self._spans.items()}
        self._pairs = pairs  # zeros beyond what is kept: a reader with the old size counts them for nobody
        self._size = kept.shape[1]


class NumberColumn:
    """The numbers of one kind: the first of a row sorts it, any of them passes a range."""

    def __init__(self) -> None:
        self._first = np.full(_START, np.nan)
        self._more: dict[int, tuple[float, ...]] = {}

    def put(self, row: int, numbers: Sequence[float]) -> None:
        """Give a row its numbers, in place of those it had."""
        if row >= len(self._first):
            larger = np.full(max(row + 1, 2 * len(self._first)), np.nan)
            larger[: len(self._first)] = self._first
            self._first = larger
        self._first[row] = numbers[0] if numbers else np.nan
        if len(numbers) > 1:
            self._more[row] = tuple(numbers[1:])
        else:
            self._more.pop(row, None)

    def mask(self, low: float, high: float, size: int) -> NDArray[np.bool_]:
        """Which of the rows below ``size`` have a number within the bounds."""
        found = np.zeros(size, dtype=bool)
        first = self._first[:size]
        found[: len(first)] = (first >= low) & (first <= high)
        for row, numbers in self._more.copy().items():
            if row < size and any(low <= number <= high for number in numbers):
                found[row] = True
        return found

    def of(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """The first number of each row, NaN where it has none."""
        first = self._first
        found = np.full(len(rows), np.nan)
        inside = rows < len(first)
        found[inside] = first[rows[inside]]
        return found


def _folded(value: str) -> str:
    return " ".join(value.casefold().split())

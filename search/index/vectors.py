"""The vectors of one embedding model: usearch for the nearest, the vectors themselves for exact similarities.

A vector gets a new slot each time its product changes, because the graph of usearch is not made for removals: a slot
that was replaced points at no row, and when such slots are the most the index is made anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
import onnxruntime as _before_usearch  # type: ignore[import-untyped]  # ships no types  # noqa: F401 - see below
from usearch.index import Index

from search.index.locks import SharedLock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

# usearch carries a C++ runtime of its own whose unique symbols win over the system's for every library loaded after it:
# onnxruntime, imported second, crashes the process. Imported first it brings the system's runtime, and both work.

_CHUNK: Final = 32  # vectors added while readers wait
_EXACT_LIMIT: Final = 5000  # so many rows are compared one by one rather than looked for in the graph
_OVERSAMPLING: Final = 8
_NO_ROW: Final = -1
_Number = TypeVar("_Number", bound=np.generic)


class VectorIndex:
    """Vectors by row number. One thread writes, any number read.

    Args:
        dimensions: length of a vector.
    """

    def __init__(self, dimensions: int) -> None:
        self.dimensions = dimensions
        self._lock = SharedLock()
        self._graph = _graph(dimensions)
        self._vectors = np.empty((1024, dimensions), dtype=np.float32)
        self._row_of_slot = np.full(1024, _NO_ROW, dtype=np.int64)
        self._slot_of_row = np.full(1024, _NO_ROW, dtype=np.int64)
        self._slots = 0
        self.count = 0

    def put(self, rows: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Add vectors, or replace those of the same rows."""
        for start in range(0, len(rows), _CHUNK):
            with self._lock.writing():
                self._add(rows[start : start + _CHUNK], vectors[start : start + _CHUNK])
        if self._slots > 2 * self.count + _EXACT_LIMIT:
            self._rebuild()

    def remove(self, rows: Sequence[int]) -> None:
        """Take the vectors of these rows out."""
        with self._lock.writing():
            self._forget(np.asarray(rows, dtype=np.int64))

    def search(
        self, vector: NDArray[np.float32], limit: int, *, within: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Rows and similarities of about ``limit`` nearest vectors, of the rows ``within`` where given."""
        if not self.count:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        if within is not None and len(within) <= _EXACT_LIMIT:
            similar = self.similarities(vector, within)
            best = np.argsort(-similar, kind="stable")[:limit]
            best = best[similar[best] > -1]
            return within[best], similar[best]
        wanted = limit if within is None else limit * _OVERSAMPLING
        with self._lock.reading():
            found = self._graph.search(vector, min(wanted, self._slots), threads=1)
            rows = self._row_of_slot[found.keys.astype(np.int64)]
        similar = (1 - found.distances).astype(np.float32)
        keep = rows != _NO_ROW
        if within is not None:
            keep &= np.isin(rows, within)
        return rows[keep][:limit], similar[keep][:limit]

    def similarities(self, vector: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The cosine similarity of each row; -1 for a row without a vector."""
        with self._lock.reading():
            slots = np.full(len(rows), _NO_ROW, dtype=np.int64)
            inside = rows < len(self._slot_of_row)
            slots[inside] = self._slot_of_row[rows[inside]]
            known = slots != _NO_ROW
            found = self._vectors[slots[known]]
        similar = np.full(len(rows), -1, dtype=np.float32)
        similar[known] = np.einsum("ij,j->i", found, vector)  # BLAS threads of many readers would fight over cores
        return similar

    def save(self, stem: Path) -> list[Path]:
        """Write it to files that begin with ``stem``."""
        arrays, graph = stem.with_suffix(".npz"), stem.with_suffix(".usearch")
        with self._lock.reading():
            np.savez(
                arrays, vectors=self._vectors[: self._slots].astype(np.float16), rows=self._row_of_slot[: self._slots]
            )
            self._graph.save(str(graph))
        return [arrays, graph]

    @classmethod
    def load(cls, stem: Path) -> VectorIndex:
        """Read what `save` wrote.

        Raises:
            ValueError: the files do not belong together.
        """
        with np.load(stem.with_suffix(".npz"), allow_pickle=False) as arrays:
            vectors, rows = arrays["vectors"].astype(np.float32), arrays["rows"]
        index = cls(vectors.shape[1])
        index._graph.load(str(stem.with_suffix(".usearch")))
        if len(vectors) != len(rows) or len(index._graph) != len(vectors):
            raise ValueError("the vectors and their graph differ")
        index._restore(vectors, rows)
        return index

    def _restore(self, vectors: NDArray[np.float32], rows: NDArray[np.int64]) -> None:
        self._vectors, self._row_of_slot, self._slots = vectors.copy(), rows.copy(), len(rows)
        slots = np.flatnonzero(rows != _NO_ROW)
        self._slot_of_row = np.full(int(rows.max(initial=0)) + 1, _NO_ROW, dtype=np.int64)
        self._slot_of_row[rows[slots]] = slots
        self.count = len(slots)

    def _add(self, rows: Sequence[int], vectors: NDArray[np.float32]) -> None:
        wanted = np.asarray(rows, dtype=np.int64)
        self._forget(wanted)
        slots = np.arange(self._slots, self._slots + len(wanted))
        self._vectors = _grown(self._vectors, self._slots + len(wanted), 0)
        self._row_of_slot = _grown(self._row_of_slot, self._slots + len(wanted), _NO_ROW)
        self._slot_of_row = _grown(self._slot_of_row, int(wanted.max()) + 1, _NO_ROW)
        self._vectors[slots] = vectors
        self._row_of_slot[slots] = wanted
        self._slot_of_row[wanted] = slots
        self._graph.add(slots.astype(np.uint64), np.ascontiguousarray(vectors, dtype=np.float32), threads=1)
        self._slots += len(wanted)
        self.count += len(wanted)

    def _forget(self, rows: NDArray[np.int64]) -> None:
        rows = rows[rows < len(self._slot_of_row)]
        slots = self._slot_of_row[rows]
        slots = slots[slots != _NO_ROW]
        self._row_of_slot[slots] = _NO_ROW
        self._slot_of_row[rows] = _NO_ROW
        self.count -= len(slots)

    def _rebuild(self) -> None:
        """Leave the replaced slots behind; readers wait only for the exchange."""
        live = np.flatnonzero(self._row_of_slot[: self._slots] != _NO_ROW)
        vectors, rows = self._vectors[live], self._row_of_slot[live]
        graph = _graph(self.dimensions)
        graph.add(np.arange(len(live), dtype=np.uint64), vectors, threads=1)
        with self._lock.writing():
            self._graph = graph
            self._restore(vectors, rows)


def _graph(dimensions: int) -> Index:
    return Index(ndim=dimensions, metric="ip", dtype="f16", connectivity=16, expansion_add=128, expansion_search=96)


def _grown(array: NDArray[_Number], size: int, fill: int) -> NDArray[_Number]:
    """The array, or a copy of at least double its length where ``size`` does not fit."""
    if size <= len(array):
        return array
    larger = np.full((max(size, 2 * len(array)), *array.shape[1:]), fill, dtype=array.dtype)
    larger[: len(array)] = array
    return larger

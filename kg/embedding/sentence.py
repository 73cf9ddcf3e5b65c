"""Any sentence-transformers model, by hub id or local folder, on CPU or GPU."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np

from shelfgraph.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray


class SentenceEmbedder:
    """A model that sentence-transformers loads; one call at a time, torch uses the cores of a call itself.

    Args:
        source: a folder, or a hub id.
        name: the setting, which names the vectors.
        device: ``auto`` takes a GPU where there is one.

    Raises:
        SetupError: ``setup.model_unavailable`` where the model cannot be loaded.
    """

    def __init__(self, source: Path | str, *, name: str, device: str) -> None:
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - imports torch

        from shelfgraph.weights import PACKAGED  # noqa: PLC0415 - beside its only use

        local = not isinstance(source, str)
        try:
            self._model = SentenceTransformer(
                str(source), device=None if device == "auto" else device, local_files_only=local
            )
        except (OSError, ValueError, RuntimeError) as error:
            raise SetupError(
                "setup.model_unavailable",
                f"The embedding model {name!r} cannot be loaded: {error}",
                help=f"Name a hub id, a local folder or one of {', '.join(sorted(PACKAGED))}.",
            ) from error
        self._lock = threading.Lock()
        self.name = name
        self.dimensions = int(self._model.get_sentence_embedding_dimension() or 0)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One L2-normalised row for each text, in order."""
        if not texts:
            return np.empty((0, self.dimensions), dtype=np.float32)
        with self._lock:
            vectors = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)

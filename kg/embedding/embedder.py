"""The seam to embedding models, and which implementation a setting means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from shelfgraph import weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from shelfgraph.settings import Settings

ENGLISH = "en"


class Embedder(Protocol):
    """Turns texts into vectors; safe to call from several threads.

    ``name`` tells vectors of different models (or of different conversions of one) apart: only vectors with the same
    name may be compared.
    """

    @property
    def name(self) -> str:
        """The model and its conversion."""

    @property
    def dimensions(self) -> int:
        """Length of a vector."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One L2-normalised row of `dimensions` floats for each text, in order."""


def load_embedder(settings: Settings, *, language: str = ENGLISH) -> Embedder:
    """The embedder the settings name for a language: ``embedding_model`` for English, else ``multilingual_model``.

    Raises:
        SetupError: the weights are missing or could not be converted.
    """
    model = settings.embedding_model if language == ENGLISH else settings.multilingual_model
    if model == weights.MINILM and settings.device != "cuda":
        from kg.embedding.onnx import OnnxEmbedder  # noqa: PLC0415 - onnxruntime loads only where it is used

        return OnnxEmbedder(weights.minilm_onnx(settings), name=model, threads=settings.model_threads)
    if model == weights.USE_MULTILINGUAL:
        from kg.embedding.multilingual import MultilingualEmbedder  # noqa: PLC0415 - as above

        return MultilingualEmbedder(threads=settings.model_threads)
    from kg.embedding.sentence import SentenceEmbedder  # noqa: PLC0415 - torch loads only where it is used

    return SentenceEmbedder(weights.source(model, settings), name=model, device=settings.device)

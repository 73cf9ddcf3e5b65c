"""The packaged MiniLM as int8 ONNX: the default on CPU."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import numpy as np
from tokenizers import Tokenizer

from kg.inference import cpu_session

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

# Vectors alone, NDCG@10 and texts a second on two cores: 64 tokens 0.588 and 480, 96 0.578 and 330, 128 0.599 and 250,
# 256 0.588 and 125.
MAX_TOKENS: Final = 128


class OnnxEmbedder:
    """Runs ``model.onnx`` (output ``embedding``: pooled, normalised) with ``tokenizer.json`` of a folder.

    Each text runs by itself on one thread, several texts at once: the int8 model scales its activations by the largest
    of a run, so texts that run together change each other's vectors (cosine 0.988 to 0.995); padding costs time, too.

    Args:
        folder: as `shelfgraph.weights.minilm_onnx` makes it.
        name: name of the model.
        threads: how many texts of one call run at once.
        max_tokens: what is longer is cut.
    """

    def __init__(self, folder: Path, *, name: str, threads: int, max_tokens: int = MAX_TOKENS) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(max_tokens)
        self._tokenizer.no_padding()
        self._session = cpu_session(folder / "model.onnx")
        self._threads = threads
        self.name = name
        self.dimensions: int = self._session.get_outputs()[0].shape[1]

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One L2-normalised row for each text, in order."""
        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        rows = [encoding.ids for encoding in self._tokenizer.encode_batch([_encodable(text) for text in texts])]
        if len(rows) <= 1 or self._threads == 1:
            for position, row in enumerate(rows):
                vectors[position] = self._run(row)
            return vectors
        with ThreadPoolExecutor(self._threads, thread_name_prefix="embedding") as pool:
            for position, vector in enumerate(pool.map(self._run, rows)):
                vectors[position] = vector
        return vectors

    def _run(self, row: Sequence[int]) -> NDArray[np.float32]:
        ids = np.array([row], dtype=np.int64)
        found: NDArray[np.float32] = self._session.run(
            ["embedding"], {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        )[0][0]
        return found


def _encodable(text: str) -> str:
    """The text without lone surrogates, which the tokenizer refuses."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")

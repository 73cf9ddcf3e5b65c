"""The packaged MiniLM as int8 ONNX: the default on CPU."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import onnxruntime  # type: ignore[import-untyped]  # ships no types
from tokenizers import Tokenizer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

# Vectors alone, NDCG@10 and texts a second on two cores: 64 tokens 0.588 and 480, 96 0.578 and 330, 128 0.599 and 250,
# 256 0.588 and 125.
MAX_TOKENS: Final = 128
_BATCH_TOKENS: Final = 4096  # padded tokens of one run; larger batches fall out of the CPU's caches


class OnnxEmbedder:
    """Runs ``model.onnx`` (output ``embedding``: pooled, normalised) with ``tokenizer.json`` of a folder.

    A single text runs in a session with one thread, so that concurrent queries do not fight over cores.

    Args:
        folder: as `shelfgraph.weights.minilm_onnx` makes it.
        name: name of the model.
        threads: CPU threads of a batch.
        max_tokens: what is longer is cut.
    """

    def __init__(self, folder: Path, *, name: str, threads: int, max_tokens: int = MAX_TOKENS) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(max_tokens)
        self._tokenizer.no_padding()
        self._query_session = _session(folder / "model.onnx", threads=1)
        self._session = self._query_session if threads == 1 else _session(folder / "model.onnx", threads=threads)
        self.name = name
        self.dimensions: int = self._session.get_outputs()[0].shape[1]

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One L2-normalised row for each text, in order."""
        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        session = self._query_session if len(texts) == 1 else self._session
        rows = [encoding.ids for encoding in self._tokenizer.encode_batch([_encodable(text) for text in texts])]
        by_length = sorted(range(len(rows)), key=lambda position: len(rows[position]))
        for batch in _batches(by_length, rows):
            width = max(len(rows[position]) for position in batch)
            ids = np.zeros((len(batch), width), dtype=np.int64)
            mask = np.zeros((len(batch), width), dtype=np.int64)
            for line, position in enumerate(batch):
                ids[line, : len(rows[position])] = rows[position]
                mask[line, : len(rows[position])] = 1
            vectors[batch] = session.run(["embedding"], {"input_ids": ids, "attention_mask": mask})[0]
        return vectors


def _session(model: Path, *, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # idle threads leave the cores alone
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _batches(by_length: Sequence[int], rows: Sequence[Sequence[int]]) -> list[list[int]]:
    """Positions of texts of similar length, as many as fit the token budget of a run."""
    batches: list[list[int]] = []
    for position in by_length:
        if batches and (len(batches[-1]) + 1) * len(rows[position]) <= _BATCH_TOKENS:
            batches[-1].append(position)
        else:
            batches.append([position])
    return batches


def _encodable(text: str) -> str:
    """The text without lone surrogates, which the tokenizer refuses."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")

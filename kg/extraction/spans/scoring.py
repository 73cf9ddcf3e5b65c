"""Runs a network over encoded texts: ONNX on the CPU, torch on a GPU."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from kg.extraction.spans.decoding import LEAST_LOGIT, Cells
from kg.extraction.spans.files import ONNX, Config
from kg.inference import cpu_session

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from kg.extraction.spans.pieces import Encoded

_BATCH_PIECES: Final = 32_768  # padded pieces of one run on a GPU


class Scorer(Protocol):
    """Runs a network."""

    def cells(self, texts: Sequence[Encoded]) -> Iterator[Cells]:
        """What each text may state, in order."""


class OnnxScorer:
    """Runs ``model.onnx``, each text by itself on one thread, several at once.

    The int8 model scales its activations by the largest of a run: texts that ran together would change each other's
    scores. Padding costs time, too.

    Args:
        folder: a model's folder.
        threads: how many texts run at once.
    """

    def __init__(self, folder: Path, *, threads: int) -> None:
        self._session = cpu_session(folder / ONNX)
        self._takes = {one.name for one in self._session.get_inputs()}
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="extraction") if threads > 1 else None

    def cells(self, texts: Sequence[Encoded]) -> Iterator[Cells]:
        """What each text may state, in order."""
        return map(self._run, texts) if self._pool is None else self._pool.map(self._run, texts)

    def _run(self, text: Encoded) -> Cells:
        inputs = {name: value for name, value in arrays_of([text]).items() if name in self._takes}
        scores, denied = self._session.run(["scores", "denied"], inputs)
        if denied.ndim < scores.ndim:  # models of before have one polarity a span
            denied = np.broadcast_to(denied[..., np.newaxis], scores.shape)
        return Cells.of(scores[0], denied[0])


class TorchScorer:
    """Runs the network on a GPU, texts of like length together, in bfloat16.

    Args:
        folder: a model's folder.
        config: what is known of the model.
        device: a torch device.
    """

    def __init__(self, folder: Path, config: Config, *, device: str) -> None:
        from kg.extraction.spans.weights import load_network  # noqa: PLC0415 - loads torch

        self._device = device
        self._network = load_network(folder, config).to(device)

    def cells(self, texts: Sequence[Encoded]) -> Iterator[Cells]:
        """What each text may state, in order."""
        import torch  # noqa: PLC0415 - only who has a GPU pays for it

        found: dict[int, Cells] = {}
        for batch in _batches(texts):
            arrays = arrays_of([texts[index] for index in batch])
            inputs = {name: torch.from_numpy(value).to(self._device) for name, value in arrays.items()}
            with torch.inference_mode(), torch.autocast(self._device, torch.bfloat16):
                scores, denied = self._network(**inputs)
                # Hardly any cell matters, and copying all of them from the device would take longer than the network.
                places = (scores > LEAST_LOGIT).nonzero()
                text, first, extra, label = places.unbind(1)
                logits = torch.stack([scores[text, first, extra, label], denied[text, first, extra, label]]).float()
            kept, (sure, refused) = places.cpu().numpy(), logits.cpu().numpy()
            borders = np.searchsorted(kept[:, 0], np.arange(len(batch) + 1))
            for index, start, end in zip(batch, borders[:-1], borders[1:], strict=True):
                found[index] = Cells(kept[start:end, 1:], sure[start:end], refused[start:end])
        return iter([found[index] for index in range(len(texts))])


def _batches(texts: Sequence[Encoded]) -> Iterator[list[int]]:
    batch: list[int] = []
    for index in sorted(range(len(texts)), key=lambda one: len(texts[one].ids)):
        if batch and len(texts[index].ids) * (len(batch) + 1) > _BATCH_PIECES:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def arrays_of(texts: Sequence[Encoded]) -> dict[str, NDArray[np.int64]]:
    """The inputs of a network by name, padded with zeros: (texts, pieces), and (texts, words) for begins and ends."""
    pieces, words = max(len(text.ids) for text in texts), max(len(text.begins) for text in texts)
    arrays = {name: np.zeros((len(texts), pieces), np.int64) for name in ("ids", "mask", "types", "shapes", "zones")}
    arrays |= {name: np.zeros((len(texts), words), np.int64) for name in ("begins", "ends")}
    for row, text in enumerate(texts):
        for name in ("ids", "types", "shapes", "zones"):
            arrays[name][row, : len(text.ids)] = getattr(text, name)
        arrays["mask"][row, : len(text.ids)] = 1
        arrays["begins"][row, : len(text.begins)] = text.begins
        arrays["ends"][row, : len(text.ends)] = text.ends
    return arrays

"""Examples as tensors: texts of like length together, targets beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import torch

from kg.extraction.spans.scoring import arrays_of

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

    from torch import Tensor

    from kg.extraction.spans.examples import Example

_JITTER: Final = 30  # pieces; texts that differ by less come together by chance


@dataclass(frozen=True, slots=True)
class Batch:
    """Some examples.

    Args:
        inputs: of the network, by name.
        marked: targets (texts, words, widths, labels).
        counted: which cells count, same size.
        stated: cells whose polarity is known (cells, 4): text, first word, further words, label.
        denied: targets of their polarity (cells,).
    """

    inputs: dict[str, Tensor]
    marked: Tensor
    counted: Tensor
    stated: Tensor
    denied: Tensor


def in_batches(
    examples: Sequence[Example], *, pieces: int, chance: random.Random | None = None
) -> Iterator[list[Example]]:
    """Batches of at most ``pieces`` padded pieces; ``chance`` shuffles them."""

    def place(one: Example) -> float:  # asked once for each, in order: copies of a row have places of their own
        return len(one.encoded.ids) + (chance.random() * _JITTER if chance else 0.0)

    ordered = sorted(examples, key=place)
    batches: list[list[Example]] = [[]]
    longest = 0
    for one in ordered:
        longest = max(longest, len(one.encoded.ids))
        if batches[-1] and longest * (len(batches[-1]) + 1) > pieces:
            batches.append([])
            longest = len(one.encoded.ids)
        batches[-1].append(one)
    if chance:
        chance.shuffle(batches)
    return iter([batch for batch in batches if batch])


def batch_of(examples: Sequence[Example], *, labels: int, width: int, device: str) -> Batch:
    """The tensors of ``examples``, for a network of so many labels."""
    inputs = {
        name: torch.from_numpy(value).to(device) for name, value in arrays_of([one.encoded for one in examples]).items()
    }
    texts, words = inputs["begins"].shape
    counted = torch.from_numpy(_inside(examples, words, width)).to(device).unsqueeze(-1).repeat(1, 1, 1, labels)
    marked = torch.zeros((texts, words, width, labels), device=device)
    stated: list[tuple[int, int, int, int]] = []
    denied: list[float] = []
    for row, one in enumerate(examples):
        counted[row, ..., [label for label in range(labels) if label not in one.counted]] = False
        for (first, extra, label), score in one.marked.items():
            marked[row, first, extra, label] = score
            if score > 0.2:  # noqa: PLR2004 - of what is hardly stated, nobody knows whether it is denied
                stated.append((row, first, extra, label))
                denied.append(one.denied[first, extra, label])
        for first, extra, label in one.ignored:
            counted[row, first, extra, label] = False
    places = torch.tensor(stated, dtype=torch.int64, device=device).reshape(-1, 4)
    return Batch(inputs, marked, counted, places, torch.tensor(denied, device=device))


def _inside(examples: Sequence[Example], words: int, width: int) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Which spans stand within one line of their text: (texts, words, widths)."""
    lines = np.full((len(examples), words + width), -1, np.int64)
    for row, one in enumerate(examples):
        known = one.lines()
        lines[row, : len(known)] = known
    first = lines[:, :words]
    return np.stack([(first >= 0) & (first == lines[:, extra : extra + words]) for extra in range(width)], axis=-1)

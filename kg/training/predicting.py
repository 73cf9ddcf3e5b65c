"""What a network in training finds in examples it is not fitted to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import torch

from kg.extraction.spans.batches import in_batches
from kg.extraction.spans.decoding import Cells, candidates
from kg.extraction.spans.scoring import arrays_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.extraction.spans.decoding import Candidate
    from kg.extraction.spans.examples import Example
    from kg.extraction.spans.network import SpanNetwork

_BATCH_PIECES: Final = 16_384


@torch.no_grad()
def predict(network: SpanNetwork, examples: Sequence[Example], *, device: str) -> list[list[Candidate]]:
    """The candidates in each example, in order, of the labels that count in it."""
    network.eval()
    found: dict[int, list[Candidate]] = {}
    place = {id(one): index for index, one in enumerate(examples)}
    for batch in in_batches(examples, pieces=_BATCH_PIECES):
        arrays = arrays_of([one.encoded for one in batch])
        inputs = {name: torch.from_numpy(value).to(device) for name, value in arrays.items()}
        with torch.autocast(device, torch.bfloat16, enabled=device != "cpu"):
            scores, denied = network(**inputs)
        for row, one in enumerate(batch):
            lines = one.lines()
            count = len(lines)
            cells = Cells.of(scores[row, :count].float().cpu().numpy(), denied[row, :count].float().cpu().numpy())
            found[place[id(one)]] = candidates(cells, lines, labels=one.counted)
    return [found[index] for index in range(len(examples))]

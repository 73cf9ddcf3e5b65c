"""What a network in training finds in rows it is not fitted to, and what of that is right."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

import torch

from kg.extraction.spans.batches import in_batches
from kg.extraction.spans.decoding import Cells, candidates
from kg.extraction.spans.scoring import arrays_of
from kg.training.calibrating import Judged

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kg.extraction.spans.decoding import Candidate
    from kg.extraction.spans.examples import Example
    from kg.extraction.spans.network import SpanNetwork
    from kg.training.material import Item

_BATCH_PIECES: Final = 16_384
_BATCH_ITEMS: Final = 256  # whose examples there are at a time
_DENIED: Final = 0.5  # above it that polarity is the likelier one


def judge_all(network: SpanNetwork, items: Sequence[Item], labels: Sequence[str], *, device: str) -> list[Judged]:
    """What the network finds in ``items``, judged."""
    judged: list[Judged] = []
    for start in range(0, len(items), _BATCH_ITEMS):
        read = [(item, item.judged_by()) for item in items[start : start + _BATCH_ITEMS]]
        found = iter(predict(network, [one for _, examples in read for one in examples], device=device))
        for item, examples in read:
            judged += judge(item, zip(examples, islice(found, len(examples)), strict=True), labels)
    return judged


def judge(item: Item, read: Iterable[tuple[Example, Sequence[Candidate]]], labels: Sequence[str]) -> list[Judged]:
    """Which candidates in the examples of ``item`` are right; where a label has one value, only its best one counts."""
    judged: list[Judged] = []
    surest: dict[tuple[str, str, bool], tuple[float, float, float]] = {}
    for example, found in read:
        if example.single:
            judged += _answered(example, found, labels)
            continue
        words = example.encoded.words
        for one in found:
            value = example.text[words.starts[one.first] : words.ends[one.last]].strip().lower()
            key = (value, labels[one.label], one.denied > _DENIED)
            polarity = max(one.denied, 1 - one.denied)
            # A value is marked once, so it counts once, wherever it was found.
            surest[key] = max(surest.get(key, (0.0, 0.0, 0.0)), (one.score * polarity, one.score, polarity))
    stated = {(value, label) for value, label, _ in item.gold}
    return [
        *judged,
        *(Judged(key[1], score, key[:2] in stated, key in item.gold, polarity)
          for key, (_, score, polarity) in surest.items()),
    ]  # fmt: skip


def _answered(example: Example, found: Sequence[Candidate], labels: Sequence[str]) -> list[Judged]:
    best: dict[int, Candidate] = {}
    for one in found:
        if one.denied <= _DENIED and (one.label not in best or one.score > best[one.label].score):
            best[one.label] = one
    answers = example.answers()
    judged = [(labels[label], one, (one.first, one.last - one.first, label) in answers) for label, one in best.items()]
    return [Judged(label, one.score, stated=right, right=right) for label, one, right in judged]


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

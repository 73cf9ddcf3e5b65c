"""Goes on pretraining an encoder on the texts of a catalogue, before it is trained to read them.

Masked language modelling on the texts of the domain: Gururangan et al. (2020), "Don't stop pretraining". Words are
masked whole, as the span model sees them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import torch
from torch import nn

from kg.extraction.spans.batches import in_batches
from kg.extraction.spans.examples import Example
from kg.extraction.spans.files import ASKED, Config
from kg.extraction.spans.fitting import computes_bfloat16
from kg.extraction.spans.pieces import encode
from kg.extraction.spans.scoring import arrays_of
from kg.training.bases import Base, quiet_transformers, read_base
from kg.training.folders import make_folder
from kg.training.texts import read_texts
from shelfgraph.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from kg.extraction.spans.network import TransformerEncoder
    from kg.extraction.spans.pieces import Pieces

_BATCH_PIECES: Final = 16_384
_MASKED: Final = 0.2  # share of the words
_HIDDEN, _REPLACED = 0.8, 0.1  # of those: shown as a mask, and as something else; the rest stay as they are
_WARM_UP: Final = 0.06
_FIRST_WORD: Final = 5  # numbers below are marks in every vocabulary


@dataclass(frozen=True, slots=True)
class PretrainingSettings:
    """How to pretrain.

    Args:
        epochs: over all texts.
        rate: learning rate.
        seed: of what is masked.
        device: a torch device.
    """

    epochs: int = 3
    rate: float = 3e-4
    seed: int = 0
    device: str = "cpu"


def pretrain_encoder(
    texts: Path,
    base: str | Path,
    out: Path,
    settings: PretrainingSettings,
    *,
    watch: Callable[[int, float], None] | None = None,
) -> float:
    """Pretrain the encoder ``base`` on ``texts`` and write it to ``out``, as transformers keeps it; the last loss.

    Args:
        texts: rows with ``text``: a title and further texts, one a line.
        base: a folder or hub id of a transformers encoder.
        out: a folder, made if need be; `train relations --base` takes it.
        settings: how.
        watch: called after each epoch with its number and its mean loss.

    Raises:
        InvalidRequestError: the file has no texts (``training.too_few_rows``), or is no JSON lines (``evaluation.…``).
        SetupError: the base is no transformer (``setup.base_model_unknown``).
    """
    make_folder(out)
    start = read_base(base)
    if start.encoder != "transformer":
        raise SetupError(
            "setup.base_model_unknown",
            f"{base} is no transformer, and only those are pretrained here.",
            help="Name a folder or a hub id of a transformers encoder.",
        )
    examples = [
        Example(encode(window.words, start.pieces), text, frozenset())
        for text, window in read_texts(texts, start.pieces)
    ]
    torch.manual_seed(settings.seed)
    encoder = _encoder(start).to(settings.device).train()
    head = _Guess(encoder).to(settings.device)
    optimizer = torch.optim.AdamW(
        [*encoder.parameters(), *head.parameters()], lr=settings.rate, betas=(0.9, 0.98), weight_decay=0.01
    )
    steps = sum(1 for _ in in_batches(examples, pieces=_BATCH_PIECES)) * settings.epochs
    step, loss = 0, 0.0
    for epoch in range(settings.epochs):
        chance = random.Random(f"{settings.seed}:{epoch}")
        losses = []
        for batch in in_batches(examples, pieces=_BATCH_PIECES, chance=chance):
            progress = step / max(steps, 1)
            for group in optimizer.param_groups:
                group["lr"] = settings.rate * min(1.0, (progress + 1e-3) / _WARM_UP) * (1 - progress)
            losses.append(_learn(encoder, head, batch, start.pieces, chance, settings.device))
            torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            step += 1
        loss = sum(losses) / len(losses)
        if watch:
            watch(epoch, loss)
    with quiet_transformers():
        encoder.cpu().model.save_pretrained(out)
    start.copy_vocabulary(out)
    return loss


def _encoder(base: Base) -> TransformerEncoder:
    """The encoder of ``base``, told nothing of shapes and zones: they are not saved, so nothing may lean on them."""
    network = base.network(Config("", "en", "spans", base.encoder, base.encoder_config, (ASKED,)))
    encoder = cast("TransformerEncoder", network.encoder)
    for unsaved in (encoder.shapes, encoder.zones):
        nn.init.zeros_(unsaved.weight)
        unsaved.requires_grad_(False)
    return encoder


class _Guess(nn.Module):
    """Guesses masked pieces with the encoder's own table of embeddings."""

    def __init__(self, encoder: TransformerEncoder) -> None:
        super().__init__()
        table = encoder.model.get_input_embeddings().weight
        count, size = table.shape
        self.turn, self.norm = nn.Linear(encoder.hidden, size), nn.LayerNorm(size)
        self.bias = nn.Parameter(torch.zeros(count))
        nn.init.eye_(self.turn.weight)
        nn.init.zeros_(self.turn.bias)
        self._table = [table]  # a list hides it from the module: the optimizer has it from the encoder

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """Logits of the whole vocabulary: (pieces, vocabulary)."""
        logits: torch.Tensor = self.norm(self.turn(states)) @ self._table[0].t() + self.bias
        return logits


def _learn(  # noqa: PLR0913, PLR0917 - a step and all it touches
    encoder: TransformerEncoder, head: _Guess, batch: Sequence[Example], pieces: Pieces, chance: random.Random,
    device: str,
) -> float:  # fmt: skip
    arrays = arrays_of([one.encoded for one in batch])
    ids = torch.from_numpy(arrays["ids"])
    hidden = torch.zeros_like(ids, dtype=torch.bool)
    for row, one in enumerate(batch):
        for begin, end in zip(one.encoded.begins, one.encoded.ends, strict=True):
            if chance.random() < _MASKED:
                hidden[row, begin:end] = True
    if not hidden.any():  # of a few words; without any there is nothing to guess
        first = batch[0].encoded
        hidden[0, first.begins[0] : first.ends[0]] = True
    wanted = ids[hidden]
    fate = torch.rand(wanted.shape)
    others = torch.randint(_FIRST_WORD, int(encoder.model.config.vocab_size), wanted.shape)
    shown = torch.where(fate < _HIDDEN, pieces.mask, torch.where(fate < _HIDDEN + _REPLACED, others, wanted))
    ids[hidden] = shown
    inputs = {name: torch.from_numpy(arrays[name]).to(device) for name in ("mask", "types", "shapes", "zones")}
    with torch.autocast(device, torch.bfloat16, enabled=computes_bfloat16(device)):
        guessed = head(encoder(ids.to(device), **inputs)[hidden.to(device)])
    loss = torch.nn.functional.cross_entropy(guessed.float(), wanted.to(device))
    loss.backward()  # type: ignore[no-untyped-call]
    return float(loss.detach())

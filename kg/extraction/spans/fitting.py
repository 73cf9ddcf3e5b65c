"""Fits a network to examples: AdamW, a linear schedule, an average of the weights, and a stop when nothing improves."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional

from kg.extraction.spans.batches import Batch, batch_of, in_batches
from kg.extraction.spans.checkpoints import of_other_run, read_checkpoint, write_checkpoint
from kg.extraction.spans.network import TransformerEncoder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from torch import Tensor

    from kg.extraction.spans.examples import Example
    from kg.extraction.spans.network import SpanNetwork


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to fit.

    Args:
        epochs: the most that are run.
        rate: learning rate of the encoder.
        head_rate: of everything else.
        batch_pieces: padded pieces of a batch.
        averaging: share of the averaged weights that each step keeps, over the last two thirds of the steps.
        focus: power of the error that weighs each cell (focal loss; Lin et al. 2017): confident cells weigh less.
        patience: epochs without a better validation score before it ends, once half of them are run.
        seed: of the order of examples and of dropout.
    """

    epochs: int = 20
    rate: float = 1.5e-4
    head_rate: float = 1e-3
    batch_pieces: int = 4096
    averaging: float = 0.99
    focus: float = 0.5
    patience: int = 5
    seed: int = 0


_UNSURE = 1e-4  # least error that is raised to a power: at 0 the gradient of a power below 1 is infinite
_WARM_UP, _AVERAGED_FROM = 0.1, 0.3  # shares of the steps


def fit(  # noqa: PLR0913 - what to fit, on what, how, and who watches
    network: SpanNetwork,
    sample: Callable[[random.Random], Sequence[Example]],
    recipe: Recipe,
    *,
    device: str = "cpu",
    checkpoint: Path | None = None,
    training: str = "",
    validate: Callable[[SpanNetwork], float] | None = None,
    report: Callable[[int, float], None] | None = None,
) -> int:
    """Fit ``network`` and leave it in evaluation mode, with the averaged weights; for how many epochs that took.

    Args:
        network: changed in place.
        sample: the examples of an epoch.
        recipe: how.
        device: a torch device.
        checkpoint: a file from which an interrupted fit goes on, and where each epoch is kept.
        training: names the data and settings; a checkpoint of others is refused.
        validate: scores the network after an epoch, higher is better; the weights that scored best are kept.
        report: called after each epoch with its number and its score or loss.

    Raises:
        InvalidRequestError: the checkpoint is of another training or of a network of other sizes
            (``training.checkpoint_of_other_run``), or is not whole (``training.checkpoint_damaged``).
    """
    run = _Run(network.to(device), sample, recipe, device, training)
    first = run.restore(checkpoint) if checkpoint is not None and checkpoint.exists() else 0
    for epoch in range(first, recipe.epochs):
        if validate and epoch > recipe.epochs // 2 and epoch - run.best_epoch > recipe.patience:
            break
        loss = run.epoch(epoch)
        score = run.judge(epoch, validate) if validate else -loss
        if checkpoint is not None:
            run.keep(checkpoint, epoch + 1)
        if report:
            report(epoch, score)
    run.finish()
    network.eval()
    return run.best_epoch + 1 if validate else recipe.epochs


class _Run:
    def __init__(
        self,
        network: SpanNetwork,
        sample: Callable[[random.Random], Sequence[Example]],
        recipe: Recipe,
        device: str,
        training: str,
    ) -> None:
        self._network, self._sample, self._recipe, self._device = network, sample, recipe, device
        self._training = training
        self._labels = network.head.scores.out_features - 1
        self._mixed = computes_bfloat16(device) and (device != "cpu" or isinstance(network.encoder, TransformerEncoder))
        encoder = [weight for weight in network.encoder.parameters() if weight.requires_grad]
        known = {id(weight) for weight in encoder}
        rest = [weight for weight in network.parameters() if id(weight) not in known and weight.requires_grad]
        self._optimizer = torch.optim.AdamW(
            [{"params": encoder, "base": recipe.rate}, {"params": rest, "base": recipe.head_rate}],
            lr=recipe.rate, weight_decay=0.01,
        )  # fmt: skip
        self._steps = self._count() * recipe.epochs
        self._step = 0
        self._average: dict[str, Tensor] | None = None
        self._best: dict[str, Tensor] | None = None
        self._best_score = float("-inf")
        self.best_epoch = 0

    def epoch(self, number: int) -> float:
        """One epoch; its mean loss."""
        chance = self._chance(number)
        torch.manual_seed(self._recipe.seed * 1000 + number)
        self._network.train()
        batches = in_batches(self._sample(chance), pieces=self._recipe.batch_pieces, chance=chance)
        losses = [self._learn(examples) for examples in batches]
        return sum(losses) / max(len(losses), 1)

    def judge(self, number: int, validate: Callable[[SpanNetwork], float]) -> float:
        """Score the averaged weights, and remember them where they are the best so far."""
        kept = _copy(self._network.state_dict())
        if self._average is not None:
            self._network.load_state_dict(self._average)
        score = validate(self._network.eval())
        if score > self._best_score:
            self._best_score, self.best_epoch, self._best = score, number, _copy(self._network.state_dict())
        self._network.load_state_dict(kept)
        return score

    def finish(self) -> None:
        """Put the best or the averaged weights into the network."""
        chosen = self._best or self._average
        if chosen is not None:
            self._network.load_state_dict(chosen)

    def keep(self, path: Path, epoch: int) -> None:
        """Write everything that the next epochs need; a kill in between leaves the last whole file."""
        state = {
            "training": self._training, "epoch": epoch, "step": self._step, "steps": self._steps,
            "network": self._network.state_dict(), "optimizer": self._optimizer.state_dict(),
            "average": self._average, "best": self._best, "best_score": self._best_score, "best_epoch": self.best_epoch,
        }  # fmt: skip
        write_checkpoint(path, state)

    def restore(self, path: Path) -> int:
        """Go on from ``path``; the number of the next epoch."""
        state = read_checkpoint(path, self._device)
        if state.get("training") != self._training:
            raise of_other_run(path)
        try:
            self._network.load_state_dict(state["network"])
            self._optimizer.load_state_dict(state["optimizer"])
            self._step, self._steps = state["step"], state["steps"]
            self._average, self._best = state["average"], state["best"]
            self._best_score, self.best_epoch = state["best_score"], state["best_epoch"]
            return int(state["epoch"])
        except (KeyError, RuntimeError, ValueError) as error:  # what fits was changed by an upgrade
            raise of_other_run(path) from error

    def _learn(self, examples: Sequence[Example]) -> float:
        batch = batch_of(examples, labels=self._labels, width=self._network.head.width, device=self._device)
        progress = self._step / max(self._steps, 1)
        rise = min(1.0, (progress + 1e-3) / _WARM_UP)
        for group in self._optimizer.param_groups:
            group["lr"] = group["base"] * rise * max(0.0, 1 - progress)
        with torch.autocast(self._device, torch.bfloat16, enabled=self._mixed):
            scores, denied = self._network(**batch.inputs)
        loss = loss_of(scores.float(), denied.float(), batch, focus=self._recipe.focus)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._network.parameters(), 1.0)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        self._step += 1
        if progress >= _AVERAGED_FROM:
            self._remember()
        return float(loss.detach())

    @torch.no_grad()
    def _remember(self) -> None:
        state = self._network.state_dict()
        if self._average is None:
            self._average = _copy(state)
            return
        for name, value in state.items():
            if value.dtype.is_floating_point:
                self._average[name].lerp_(value, 1 - self._recipe.averaging)

    def _chance(self, epoch: int) -> random.Random:
        return random.Random(f"{self._recipe.seed}:{epoch}")

    def _count(self) -> int:
        chance = self._chance(0)
        return sum(1 for _ in in_batches(self._sample(chance), pieces=self._recipe.batch_pieces, chance=chance))


def loss_of(scores: Tensor, denied: Tensor, batch: Batch, *, focus: float) -> Tensor:
    """Binary cross-entropy over all counted cells and over the polarity of the marked ones, a text."""
    errors = functional.binary_cross_entropy_with_logits(scores, batch.marked, reduction="none")
    if focus:
        errors = errors * (torch.sigmoid(scores) - batch.marked).abs().clamp(min=_UNSURE).pow(focus)
    told = denied[batch.stated.unbind(1)]
    polarity = functional.binary_cross_entropy_with_logits(told, batch.denied, reduction="sum")
    total = (errors * batch.counted).sum() + polarity
    return total / scores.shape[0]


def computes_bfloat16(device: str) -> bool:
    """Whether half the bits take less time there, as on every GPU; a processor without such units would take longer."""
    if device != "cpu":
        return True
    # The first versions of torch that we take do not have it.
    known: dict[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()
    return any(known.get(unit) for unit in ("avx512_bf16", "amx_bf16", "sve_bf16"))


def _copy(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in state.items()}

"""What a training run is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

Protocol = Literal["spans", "attributes", "entities"]
Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """How to train.

    Args:
        protocol: what the data marks: ``spans`` (relations of products), ``attributes`` (values of named attributes)
            or ``entities`` (typed spans of titles).
        language: of the texts.
        base: a model folder of ours, a folder or hub id of a transformers encoder, or None for the packaged model.
        epochs: the most that are run; None: what suits the protocol.
        rate: learning rate of the encoder; None: what suits it.
        folds: parts of the cross-validation that chooses thresholds and calibration; 1 holds a tenth out instead.
        lora: rank of low-rank adapters on the encoder, which is frozen beside them; 0 fits all weights.
        seed: of everything that is drawn by chance.
        device: a torch device.
        resume: go on with what an interrupted run of the same settings left in the folder.
        silver: files of rows marked in the same way, but not to the same standard (another hand, a language model):
            they are learnt from, each with a mark that says so, and nothing is measured or chosen by them.
        unlabelled: products without labels that ``teacher`` marks for the model to learn from.
        teacher: a model folder.
        normalised: files of the rows of the data, whose values are in the normal form that answers shall have
            (``attributes``).
    """

    protocol: Protocol = "spans"
    language: Language = "en"
    base: str | Path | None = None
    epochs: int | None = None
    rate: float | None = None
    folds: int = 5
    lora: int = 0
    seed: int = 0
    device: str = "cpu"
    resume: bool = False
    silver: tuple[Path, ...] = ()
    unlabelled: Path | None = None
    teacher: Path | None = None
    normalised: tuple[Path, ...] = ()

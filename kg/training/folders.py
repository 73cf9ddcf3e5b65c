"""The folder that a training writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shelfgraph.errors import InvalidRequestError

if TYPE_CHECKING:
    from pathlib import Path

_CHECKPOINTS = ("fold-*.checkpoint", "fold-*.part", "model.checkpoint", "model.part")


def make_folder(out: Path) -> None:
    """Make it before the work is done, not after it.

    Raises:
        InvalidRequestError: it cannot be made (``training.folder_unwritable``).
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidRequestError(
            "training.folder_unwritable",
            f"The folder {out} cannot be made: {error.strerror or error}.",
            help="Name another one with --out.",
        ) from error


def drop_checkpoints(out: Path) -> None:
    """Remove what interrupted runs left there, and nothing else."""
    for pattern in _CHECKPOINTS:
        for leftover in out.glob(pattern):
            leftover.unlink()

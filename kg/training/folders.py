"""The folder that a training writes."""

from __future__ import annotations

from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Final

from shelfgraph.errors import InvalidRequestError

if TYPE_CHECKING:
    from pathlib import Path

_CHECKPOINTS: Final = ("fold-*.checkpoint", "fold-*.part", "model.checkpoint", "model.part")


def make_folder(out: Path) -> None:
    """Make it before the work is done, not after it.

    Raises:
        InvalidRequestError: it cannot be made or written (``training.folder_unwritable``).
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise InvalidRequestError(
            "training.folder_unwritable",
            f"The folder {out} cannot be made or written: {error.strerror or error}.",
            help="Name another one with --out.",
        ) from error


def drop_checkpoints(out: Path) -> None:
    """Remove what interrupted runs left there, and nothing else."""
    for pattern in _CHECKPOINTS:
        for leftover in out.glob(pattern):
            leftover.unlink()

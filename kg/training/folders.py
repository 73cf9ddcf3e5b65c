"""The folder that a training writes."""

from __future__ import annotations

from contextlib import contextmanager
from shutil import rmtree
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Final

from kg.extraction.spans.checkpoints import training_of
from kg.extraction.spans.files import CHARACTERS, NORMALISERS, SUMS, TOKENIZER
from shelfgraph.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CHECKPOINTS: Final = ("fold-*.checkpoint", "model.checkpoint")
_PARTS: Final = ("fold-*.part", "model.part")
_UNFINISHED: Final = "model.unfinished"
_NOT_IN_EVERY_MODEL: Final = frozenset({TOKENIZER, CHARACTERS, NORMALISERS})


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


@contextmanager
def replaced(out: Path) -> Iterator[Path]:
    """A folder to write a model into, whose files take the place of those in ``out`` when all is written.

    To export a model takes a while, and what is in ``out`` may be the one that it was trained from.
    """
    folder = out / _UNFINISHED
    rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
        names = {file.name for file in folder.iterdir()}
        for name in _NOT_IN_EVERY_MODEL - names:
            (out / name).unlink(missing_ok=True)
        # Until the checksums are there, whoever reads the model notices that it is not whole.
        for name in sorted(names, key=lambda name: (name == SUMS, name)):
            (folder / name).replace(out / name)
    finally:
        rmtree(folder, ignore_errors=True)


def begin_anew(out: Path, training: str) -> None:
    """Remove what interrupted runs left there, unless ``training`` itself left it: that may be the work of hours.

    Raises:
        InvalidRequestError: it did (``training.checkpoint_of_this_run``).
    """
    own = [file for file in _left(out, _CHECKPOINTS) if training_of(file) == training]
    if own:
        raise InvalidRequestError(
            "training.checkpoint_of_this_run",
            f"This very training was interrupted before, and {out} has its checkpoints.",
            help=f"Give --resume to go on with it; to begin anew, delete {', '.join(map(str, own))}.",
        )
    drop_checkpoints(out)


def drop_checkpoints(out: Path) -> None:
    """Remove what interrupted runs left there, and nothing else."""
    rmtree(out / _UNFINISHED, ignore_errors=True)
    for leftover in _left(out, _CHECKPOINTS + _PARTS):
        leftover.unlink()


def _left(out: Path, patterns: tuple[str, ...]) -> list[Path]:
    return sorted(file for pattern in patterns for file in out.glob(pattern))

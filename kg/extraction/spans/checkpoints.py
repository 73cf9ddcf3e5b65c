"""What an interrupted fit leaves behind: a file, the name of the training in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from shelfgraph.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def write_checkpoint(path: Path, state: Mapping[str, Any]) -> None:
    """Write ``state``; a kill in between leaves the last whole file."""
    temporary = path.with_suffix(".part")
    torch.save(dict(state), temporary)
    temporary.replace(path)


def read_checkpoint(path: Path, device: str) -> dict[str, Any]:
    """The state in ``path``, its tensors on ``device``.

    Raises:
        InvalidRequestError: it is not whole (``training.checkpoint_damaged``).
    """
    try:
        state: dict[str, Any] = dict(torch.load(path, map_location=device, weights_only=True))
    except Exception as error:  # the library raises nothing narrower for damaged bytes
        raise InvalidRequestError(
            "training.checkpoint_damaged",
            f"{path} is no whole checkpoint.",
            help=f"Delete {path} and give --resume again: this part alone begins anew.",
        ) from error
    return state


def training_of(path: Path) -> str | None:
    """The name of the training that left ``path``; None where it is not whole."""
    try:
        return read_checkpoint(path, "cpu").get("training")
    except InvalidRequestError:
        return None


def of_other_run(path: Path) -> InvalidRequestError:
    """The error of a checkpoint that another training left."""
    return InvalidRequestError(
        "training.checkpoint_of_other_run",
        f"{path} was left by a training on other data, with other settings or by another version of this program.",
        help="Give the same ones to go on, another --out, or leave out --resume to begin anew.",
    )

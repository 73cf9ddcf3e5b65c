"""The name of a training: of all that was learnt from, and of how."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kg.training.settings import TrainingSettings

_OF_A_MODEL: Final = frozenset({".json", ".safetensors"})
_PLACES: Final = frozenset({"device", "resume", "base", "teacher", "silver", "normalised", "unlabelled"})


def version_of(data: Sequence[Path], base: Path, settings: TrainingSettings) -> str:
    """What evidence names: ``spans-``, and a hash of the files in their order and of the settings, wherever they lay.

    Args:
        data: the marked rows.
        base: the folder that the training starts from.
        settings: how it trains.
    """
    digest = hashlib.sha256()
    models = [folder for folder in (base, settings.teacher) if folder is not None]
    learnt_from = {
        "data": data,
        "silver": settings.silver,
        "normalised": settings.normalised,
        "unlabelled": filter(None, [settings.unlabelled]),
        "models": [file for folder in models for file in sorted(folder.iterdir()) if file.suffix in _OF_A_MODEL],
    }
    for role, files in learnt_from.items():
        digest.update(role.encode())
        for file in files:
            with file.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
    told = {name: str(value) for name, value in asdict(settings).items() if name not in _PLACES}
    digest.update(json.dumps(told, sort_keys=True).encode())
    return f"spans-{digest.hexdigest()[:8]}"

"""Two names: of a training, before it begins, and of the model that came of it.

The same training on another device, or after an upgrade of what fits, gives another model. So checkpoints go by the
name of the training, and what was read goes by the name of the model that read it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Final

from kg.extraction.spans.files import CHARACTERS, NORMALISERS, TOKENIZER, WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kg.extraction.spans.files import Config
    from kg.training.settings import TrainingSettings

_OF_A_MODEL: Final = frozenset({".json", ".safetensors"})
# What a model reads by, beside its configuration; its ONNX file says the same as its weights.
_READ_BY: Final = (WEIGHTS, TOKENIZER, CHARACTERS, NORMALISERS)
_PLACES: Final = frozenset({"device", "resume", "base", "teacher", "silver", "normalised", "unlabelled"})


def version_of(data: Sequence[Path], base: Path, settings: TrainingSettings) -> str:
    """What checkpoints name: ``spans-``, a hash of the files in their order and of the settings, wherever they lay.

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
            digest.update(_sha256(file))
    told = {name: str(value) for name, value in asdict(settings).items() if name not in _PLACES}
    digest.update(json.dumps(told, sort_keys=True).encode())
    return f"spans-{digest.hexdigest()[:8]}"


def model_version(folder: Path, config: Config) -> str:
    """What evidence names: ``spans-``, and a hash of the model written into ``folder`` and of its configuration.

    Args:
        folder: with its weights, its vocabulary and, where it has them, its normalisers.
        config: of the model; the version in it does not count.
    """
    digest = hashlib.sha256()
    for file in (folder / name for name in _READ_BY):
        if file.exists():
            digest.update(file.name.encode() + _sha256(file))
    digest.update(json.dumps(asdict(replace(config, version="")), sort_keys=True).encode())
    return f"spans-{digest.hexdigest()[:8]}"


def _sha256(file: Path) -> bytes:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()

"""A trained model on disk: a folder with its weights, its vocabulary and what is known of it, all checksummed.

``config.json``        sizes, labels, calibration, version
``weights.safetensors``  matrices in int8 with a scale a row, everything else in half precision
``model.onnx``         the same network for the CPU
``tokenizer.json`` or ``characters.json``  the vocabulary
``normalisers.json``   how the values that answer questions become normal, where that was taught
``checksums.json``     SHA-256 of each of the others
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from kg.extraction.spans.decoding import Calibration
from kg.extraction.spans.normalising import Normalisers, from_rows
from kg.extraction.spans.pieces import Characters, Pieces, WordPieces
from shelfgraph.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CONFIG: Final = "config.json"
WEIGHTS: Final = "weights.safetensors"
ONNX: Final = "model.onnx"
TOKENIZER: Final = "tokenizer.json"
CHARACTERS: Final = "characters.json"
NORMALISERS: Final = "normalisers.json"
SUMS: Final = "checksums.json"
# What answers a question ("Hair Type"): the last label of every model.
ASKED: Final = "ASKED"


@dataclass(frozen=True, slots=True)
class Config:
    """What is known of a model.

    Args:
        version: what evidence names as its extractor.
        language: ``en`` or ``zh``.
        protocol: what it was trained for: ``spans``, ``attributes`` or ``entities``.
        encoder: ``transformer`` or ``gru``.
        encoder_config: the encoder's sizes.
        labels: of the outputs, in order; the last is ``ASKED``.
        width: words of the longest span.
        inner: size of a span's representation.
        calibration: from scores to confidences.
    """

    version: str
    language: str
    protocol: str
    encoder: str
    encoder_config: Mapping[str, Any]
    labels: tuple[str, ...]
    width: int = 16
    inner: int = 256
    calibration: Calibration = field(default_factory=Calibration)


def write_config(folder: Path, config: Config) -> None:
    """Write ``config.json``."""
    (folder / CONFIG).write_text(json.dumps(asdict(config), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_config(folder: Path) -> Config:
    """What is known of the model in ``folder``.

    Raises:
        SetupError: there is no model, or it is not whole (``setup.relation_model_broken``).
    """
    try:
        raw = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        raw["labels"] = tuple(raw["labels"])
        return Config(**raw | {"calibration": Calibration(**raw["calibration"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise _broken(folder, f"{CONFIG}: {error}") from error


def read_pieces(folder: Path) -> Pieces:
    """The vocabulary of the model in ``folder``.

    Raises:
        SetupError: there is none, or it is damaged (``setup.relation_model_broken``).
    """
    if (folder / TOKENIZER).is_file():
        try:
            return WordPieces(folder / TOKENIZER)
        except Exception as error:  # the library raises nothing narrower
            raise _broken(folder, f"{TOKENIZER}: {error}") from error
    try:
        numbers = json.loads((folder / CHARACTERS).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _broken(folder, f"its vocabulary: {error}") from error
    return Characters(numbers)


def write_normalisers(folder: Path, normalisers: Normalisers | None) -> None:
    """Write ``normalisers.json``; without normalisers, remove what another training left there."""
    if normalisers is None or not normalisers.by_attribute:
        (folder / NORMALISERS).unlink(missing_ok=True)
        return
    text = json.dumps(normalisers.to_rows(), indent=1, ensure_ascii=False)
    (folder / NORMALISERS).write_text(text + "\n", encoding="utf-8")


def read_normalisers(folder: Path) -> Normalisers | None:
    """The normalisers of the model in ``folder``, None where it was taught none.

    Raises:
        SetupError: the file is not of its form (``setup.relation_model_broken``).
    """
    file = folder / NORMALISERS
    if not file.is_file():
        return None
    try:
        return from_rows(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise _broken(folder, f"{NORMALISERS}: {error}") from error


def seal(folder: Path) -> None:
    """Write the checksums of what is in ``folder``, last of all."""
    sums = {file.name: _sha256(file) for file in sorted(folder.iterdir()) if file.is_file() and file.name in _SEALED}
    (folder / SUMS).write_text(json.dumps(sums, indent=1) + "\n", encoding="utf-8")


def verify(folder: Path) -> None:
    """Check that the model in ``folder`` is the one that was trained.

    Raises:
        SetupError: a file is missing or differs (``setup.relation_model_broken``).
    """
    try:
        sums: dict[str, str] = json.loads((folder / SUMS).read_text(encoding="utf-8"))
        wrong = [name for name, known in sums.items() if _sha256(folder / name) != known]
    except (OSError, ValueError, AttributeError) as error:
        raise _broken(folder, str(error)) from error
    if wrong or CONFIG not in sums:
        raise _broken(folder, f"checksum of {', '.join(wrong) or CONFIG}")


_SEALED: Final = frozenset({CONFIG, WEIGHTS, ONNX, TOKENIZER, CHARACTERS, NORMALISERS})


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _broken(folder: Path, what: str) -> SetupError:
    return SetupError(
        "setup.relation_model_broken",
        f"The relation model in {folder} is not whole ({what}).",
        help="Name a folder that `shelfgraph train relations` wrote, or train it again.",
    )

"""Conversions of packaged weights, made once in a child process and kept in ``HOME/models/<name>-<checksum>``.

The child is there so that an API that only runs ONNX never holds torch in its memory. A conversion is written to a
temporary folder, its checksums beside it, and renamed: a folder that exists is whole. A load checks the sums, and a
folder that fails is thrown away and made again.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

from filelock import FileLock

from shelfgraph.errors import SetupError
from shelfgraph.weights.packaged import MINILM, PACKAGED, SMOLLM2, file_sha256, verified

if TYPE_CHECKING:
    from shelfgraph.settings import Settings

_SUMS: Final = "checksums.json"
_TIMEOUT: Final = 900
_FORMAT: Final = {"minilm-onnx-int8": "1", "smollm2-safetensors": "1"}  # raise it when a conversion changes its output
_checked: set[Path] = set()
_checked_lock = threading.Lock()


def minilm_onnx(settings: Settings) -> Path:
    """The folder with ``model.onnx`` (int8, pooled and normalised: output ``embedding``) and ``tokenizer.json``.

    Raises:
        SetupError: ``setup.weights_missing``, ``setup.weights_corrupt`` or ``setup.weights_conversion``.
    """
    return _converted("minilm-onnx-int8", MINILM, settings)


def smollm2_safetensors(settings: Settings) -> Path:
    """The transformers folder (float32 safetensors, tokenizer, chat template) made from the packaged GGUF.

    Raises:
        SetupError: ``setup.weights_missing``, ``setup.weights_corrupt`` or ``setup.weights_conversion``.
    """
    return _converted("smollm2-safetensors", SMOLLM2, settings)


def _converted(conversion: str, name: str, settings: Settings) -> Path:
    models = settings.home_path / "models"
    target = models / f"{conversion}-{PACKAGED[name].sha256[:12]}-{_FORMAT[conversion]}"
    with _checked_lock:
        if target in _checked and target.is_dir():
            return target
    try:
        models.mkdir(parents=True, exist_ok=True)
        with FileLock(models / f".{target.name}.lock"):
            if not _sound(target):
                _make(conversion, verified(name), target)
    except OSError as error:
        raise SetupError(
            "setup.weights_conversion",
            f"The weights {name} could not be converted into {models}: {error}.",
            help="Free some disk space and check that the folder can be written.",
        ) from error
    with _checked_lock:
        _checked.add(target)
    return target


def _sound(folder: Path) -> bool:
    """Whether every file is there with the checksum it was made with."""
    try:
        sums = json.loads((folder / _SUMS).read_text(encoding="utf-8"))
        return bool(sums) and all(file_sha256(folder / file) == sum_ for file, sum_ in sums.items())
    except (OSError, ValueError, AttributeError, TypeError):
        return False


def _make(conversion: str, source: Path, target: Path) -> None:
    temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        _run(conversion, source, temporary)
        sums = {file.name: file_sha256(file) for file in sorted(temporary.iterdir()) if file.is_file()}
        (temporary / _SUMS).write_text(json.dumps(sums, indent=1), encoding="utf-8")
        _flush(temporary)
        if target.exists():  # it failed its checksums
            shutil.rmtree(target)
        temporary.rename(target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _run(conversion: str, source: Path, out: Path) -> None:
    root = str(Path(__file__).resolve().parents[2])  # the child finds us even where we are not installed
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH", "")))),
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
    }
    try:
        done = subprocess.run(  # noqa: S603 - our own module, on paths of ours
            [sys.executable, "-m", "shelfgraph.weights._convert", conversion, str(source), str(out)],
            env=environment, capture_output=True, text=True, timeout=_TIMEOUT, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise SetupError("setup.weights_conversion", f"The conversion {conversion} took over {_TIMEOUT} s.") from error
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise SetupError(
            "setup.weights_conversion",
            f"The conversion {conversion} failed: {last[:500]}.",
            help="Check free memory and disk space, then try again.",
        )


def _flush(folder: Path) -> None:
    """Put the files on disk before the rename makes them the truth."""
    for entry in (*folder.iterdir(), folder):
        descriptor = os.open(entry, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

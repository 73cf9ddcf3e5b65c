from __future__ import annotations

import gzip
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="session")
def scorer(shared: Path) -> Callable[[str, Path, Path], str]:
    """Runs one of the scripts that define the figures on data and predictions, and returns what it prints."""

    def run(name: str, data: Path, predicted: Path) -> str:
        script = shared / "measure" / name
        done = subprocess.run([sys.executable, script, data, predicted], capture_output=True, text=True, check=True)
        return done.stdout

    return run


@pytest.fixture
def unpacked(tmp_path: Path) -> Callable[[Path], Path]:
    """The file without its compression: not every script reads it."""

    def unpack(path: Path) -> Path:
        plain = tmp_path / "unpacked.jsonl"
        plain.write_bytes(gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes())
        return plain

    return unpack

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kg.training import TrainingSettings
from kg.training.versions import version_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    for name in ("one", "two"):
        (tmp_path / name).write_text(name)
    base = tmp_path / "base"
    base.mkdir()
    (base / "config.json").write_text("{}")
    (base / "model.safetensors").write_bytes(b"1")
    return tmp_path / "one", tmp_path / "two", base


def test_trainings_that_differ_have_names_that_differ(files: tuple[Path, Path, Path]) -> None:
    one, two, base = files
    plain = TrainingSettings()
    names = [
        version_of([one], base, plain),
        version_of([one, two], base, plain),
        version_of([two, one], base, plain),
        version_of([one], base, replace(plain, silver=(two,))),
        version_of([one], base, replace(plain, unlabelled=two, teacher=base)),
        version_of([one], base, replace(plain, seed=1)),
    ]
    (base / "model.safetensors").write_bytes(b"2")
    names.append(version_of([one], base, plain))
    assert len(set(names)) == len(names)


def test_where_files_lie_and_where_it_runs_do_not_count(files: tuple[Path, Path, Path], tmp_path: Path) -> None:
    one, _, base = files
    moved = (tmp_path / "moved").with_suffix(".jsonl")
    moved.write_bytes(one.read_bytes())
    elsewhere = base.rename(tmp_path / "elsewhere")
    plain = TrainingSettings(base=elsewhere)
    assert version_of([moved], elsewhere, plain) == version_of(
        [one], elsewhere, replace(plain, device="cuda", resume=True, base=None)
    )

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kg.extraction.spans.decoding import Calibration
from kg.extraction.spans.files import Config
from kg.training import TrainingSettings
from kg.training.versions import model_version, version_of

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


def test_a_model_is_named_by_what_was_written(tmp_path: Path) -> None:
    config = Config("", "en", "spans", "gru", {"hidden_size": 8}, ("TYPE", "ASKED"))
    (tmp_path / "weights.safetensors").write_bytes(b"fitted on a CPU")
    plain = model_version(tmp_path, config)
    assert plain.startswith("spans-")
    assert plain == model_version(tmp_path, replace(config, version="spans-of-before"))
    names = [plain, model_version(tmp_path, replace(config, calibration=Calibration(thresholds={"TYPE": 0.4})))]
    for name in ("characters.json", "normalisers.json"):
        (tmp_path / name).write_text("{}")
        names.append(model_version(tmp_path, config))
    (tmp_path / "weights.safetensors").write_bytes(b"fitted on a GPU")
    names.append(model_version(tmp_path, config))
    assert len(set(names)) == len(names)


def test_the_name_of_a_model_does_not_depend_on_when_and_where_it_was_exported(tmp_path: Path) -> None:
    config = Config("", "en", "spans", "gru", {"hidden_size": 8, "vocabulary": 9}, ("TYPE", "ASKED"))
    (tmp_path / "weights.safetensors").write_bytes(b"1")
    name = model_version(tmp_path, config)
    for written in ("model.onnx", "config.json", "checksums.json"):
        (tmp_path / written).write_text("{}")
    turned = replace(config, encoder_config={"vocabulary": 9, "hidden_size": 8})
    assert model_version(tmp_path, turned) == name

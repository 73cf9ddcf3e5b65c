from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from kg.training.folders import begin_anew, drop_checkpoints, replaced
from shelfgraph.errors import InvalidRequestError

if TYPE_CHECKING:
    from pathlib import Path


def _written(folder: Path, **files: str) -> dict[str, str]:
    for name, text in files.items():
        (folder / name).write_text(text)
    return files


def _content(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in folder.iterdir()}


def _end(_: object) -> None:
    raise KeyboardInterrupt


def test_a_model_keeps_its_place_until_the_next_one_is_whole(tmp_path: Path) -> None:
    old = _written(tmp_path, **{
        "config.json": "old", "characters.json": "old", "normalisers.json": "old", "checksums.json": "old",
        "notes.txt": "mine",
    })  # fmt: skip
    with pytest.raises(KeyboardInterrupt), replaced(tmp_path) as folder:
        _end(_written(folder, **{"config.json": "half"}))
    assert _content(tmp_path) == old
    with replaced(tmp_path) as folder:
        new = _written(folder, **{"config.json": "new", "tokenizer.json": "new", "checksums.json": "new"})
        assert _content(tmp_path / folder.name) == new
    assert _content(tmp_path) == {**new, "notes.txt": "mine"}


def test_what_a_killed_run_left_is_in_nobodys_way(tmp_path: Path) -> None:
    with replaced(tmp_path) as folder:
        pass
    folder.mkdir()
    _written(folder, **{"normalisers.json": "half"})
    with replaced(tmp_path) as again:
        _written(again, **{"config.json": "new"})
    assert _content(tmp_path) == {"config.json": "new"}
    folder.mkdir()
    drop_checkpoints(tmp_path)
    assert _content(tmp_path) == {"config.json": "new"}


def _left(folder: Path, training: str, *names: str) -> list[Path]:
    files = [folder / f"{name}.checkpoint" for name in names]
    for file in files:
        torch.save({"training": training}, file)
    return files


def test_a_run_that_begins_anew_removes_what_is_of_no_use_to_it(tmp_path: Path) -> None:
    _left(tmp_path, "another", "fold-1", "model")
    _left(tmp_path, "this", "mine")
    _written(tmp_path, **{"fold-2.checkpoint": "damaged", "fold-2.part": "half"})
    begin_anew(tmp_path, "this")
    assert [file.name for file in tmp_path.iterdir()] == ["mine.checkpoint"]


def test_a_run_that_begins_anew_keeps_hours_of_its_own_work(tmp_path: Path) -> None:
    of_this_run = [*_left(tmp_path, "this", "fold-1"), *_left(tmp_path, "this", "fold-2")]
    _left(tmp_path, "another", "fold-3")
    with pytest.raises(InvalidRequestError) as refused:
        begin_anew(tmp_path, "this")
    assert refused.value.code == "training.checkpoint_of_this_run"
    assert "--resume" in refused.value.help
    assert all(str(file) in refused.value.help and file.exists() for file in of_this_run)
    assert "fold-3" not in refused.value.help

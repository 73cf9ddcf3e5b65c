from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.training.folders import drop_checkpoints, replaced

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

"""`shelfgraph train`: what is refused before anything is loaded."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from shelfgraph.cli import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("seed", [-1, 2**32, 1_795_000_000_000_000_000])
@pytest.mark.parametrize("told", ["relations --data {file}", "encoder --texts {file} --base bert"])
def test_a_seed_that_no_generator_takes_is_refused(
    told: str, seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rows.jsonl"
    file.touch()
    given = ["--out", str(tmp_path / "out"), "--seed", str(seed)]
    monkeypatch.setattr(sys, "argv", ["shelfgraph", "train", *told.format(file=file).split(), *given])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "--seed" in capsys.readouterr().err


@pytest.mark.parametrize("told", ["--rate 0", "--silver {file} --protocol entities"])
def test_options_that_would_do_nothing_are_refused(
    told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rows.jsonl"
    file.touch()
    given = ["--data", str(file), "--out", str(tmp_path / "out"), *told.format(file=file).split()]
    monkeypatch.setattr(sys, "argv", ["shelfgraph", "train", "relations", *given])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert told.split(maxsplit=1)[0] in capsys.readouterr().err

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kg.evaluation import read_labelled
from kg.evaluation.sheets import fold, unfold
from shelfgraph.errors import InvalidRequestError

ROOT = Path(__file__).resolve().parents[3]
SHEET = """== a
| Mug, red
|  handle: red, or not

COLOR: red
!FEATURE: handle: red
STYLE: red\t@18
? TYPE: Mug\t(0.31)

== b
| Cup
TYPE: Cup\t(0.45)
"""


def _fold(path: Path, sheet: str) -> list[dict[str, Any]]:
    path.write_text(sheet, encoding="utf-8")
    return list(fold(path))


@pytest.mark.parametrize("name", ["train.jsonl", "dev.jsonl", "zh.train.jsonl", "zh.dev.jsonl"])
def test_a_sheet_folds_into_the_labels_it_came_from(name: str, shared: Path, tmp_path: Path) -> None:
    data = shared / "data" / "relations" / name
    marked = {row["id"]: row for row in read_labelled(data)}
    folded = _fold(tmp_path / "sheet.txt", "".join(f"{line}\n" for line in unfold(data)))
    assert [row["id"] for row in folded] == list(marked)
    for row in folded:
        gold = marked[row["id"]]
        assert row["text"] == gold["text"]
        assert sorted(map(_place, row["relations"])) == sorted(map(_place, gold["relations"]))


def _place(label: dict[str, Any]) -> tuple[Any, ...]:
    return label["relation"], label["polarity"], label["start"], label["end"], label["value"]


def test_a_sheet_by_hand(tmp_path: Path) -> None:
    for sheet in (SHEET, "\ufeff" + SHEET, SHEET.replace("\n", "\r\n")):
        first, second = _fold(tmp_path / "sheet.txt", sheet)
        assert first["text"] == "Mug, red\n handle: red, or not"
        assert [_place(one) for one in first["relations"]] == [
            ("COLOR", "affirmed", 5, 8, "red"),
            ("FEATURE", "negated", 10, 21, "handle: red"),
            ("STYLE", "affirmed", 18, 21, "red"),
        ]
        assert second["relations"][0]["value"] == "Cup"


def test_answers_to_questions_are_lines(tmp_path: Path) -> None:
    data = tmp_path / "rows.jsonl"
    answers = {"Lid Color": ["red"], "Uses": ["tea", "a: b"], "Width": []}
    row = {"id": "a", "text": "Red mug, red lid, tea, a: b", "relations": [], "attributes": answers}
    data.write_text(json.dumps(row), encoding="utf-8")
    assert _fold(tmp_path / "sheet.txt", "\n".join(unfold(data))) == [row]
    assert _fold(tmp_path / "sheet.txt", "== a\n| 红杯\n@颜色：红")[0]["attributes"] == {"颜色": ["红"]}
    for name in ("Lid: Color", "Lid\nColor", " "):
        data.write_text(json.dumps({**row, "attributes": {name: ["red"]}}), encoding="utf-8")
        with pytest.raises(InvalidRequestError) as caught:
            list(unfold(data))
        assert caught.value.code == "evaluation.sheet_invalid"


def test_an_identity_that_a_sheet_would_change_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "rows.jsonl"
    for identity in ("A  1", " B ", "C\n1"):
        data.write_text(json.dumps({"id": identity, "text": "Mug", "relations": []}), encoding="utf-8")
        with pytest.raises(InvalidRequestError) as caught:
            list(unfold(data))
        assert caught.value.code == "evaluation.sheet_invalid"


@pytest.mark.parametrize("confidence", [None, "high", [0.5]])
def test_a_confidence_that_is_no_number_is_left_out(confidence: Any, tmp_path: Path) -> None:
    data = tmp_path / "rows.jsonl"
    unsure = {
        "relation": "TYPE", "polarity": "affirmed", "value": "Mug", "confidence": confidence, "kept": False
    }  # fmt: skip
    data.write_text(json.dumps({"id": "a 1", "text": "Mug", "relations": [unsure]}), encoding="utf-8")
    assert list(unfold(data)) == ["== a 1", "| Mug", "? TYPE: Mug", ""]


def test_carriage_returns_and_outer_spaces_do_not_move_labels(tmp_path: Path) -> None:
    data = tmp_path / "rows.jsonl"
    label = {"relation": "COLOR", "polarity": "affirmed", "value": " red", "start": 20, "end": 24}
    row = {"id": "a", "text": "Red mug\r\nred handle, red lid", "relations": [label]}
    data.write_text(json.dumps(row), encoding="utf-8")
    (folded,) = _fold(tmp_path / "sheet.txt", "\n".join(unfold(data)))
    assert folded["text"] == "Red mug\nred handle, red lid"
    assert [_place(one) for one in folded["relations"]] == [("COLOR", "affirmed", 20, 23, "red")]


def test_a_sheet_that_is_not_there_or_empty_is_a_coded_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequestError) as missing:
        list(fold(tmp_path / "none.txt"))
    with pytest.raises(InvalidRequestError) as empty:
        _fold(tmp_path / "sheet.txt", "\n")
    assert (missing.value.code, empty.value.code) == ("evaluation.file_unreadable", "evaluation.no_rows")


@pytest.mark.parametrize(
    ("sheet", "line", "code"),
    [
        ("COLOR: red\n", 1, "evaluation.sheet_invalid"),
        ("== a\n| Red\nred\n", 3, "evaluation.sheet_invalid"),
        ("== a\n| Red\nCOLOR:\n", 3, "evaluation.sheet_invalid"),
        ("== a\n| Red\n@: red\n", 3, "evaluation.sheet_invalid"),
        ("== a\n| Red\n@Color: red\n", 3, "evaluation.value_not_found"),
        ("== a\n| Red\nCOLOUR: Red\n", 3, "evaluation.relation_unknown"),
        ("== a\n| Red\nCOLOR: red\n", 3, "evaluation.value_not_found"),
        ("== a\n| Red\nCOLOR: Red\t@1\n", 3, "evaluation.offsets_wrong"),
    ],
)
def test_a_bad_line_is_a_coded_error(sheet: str, line: int, code: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidRequestError, match=rf"Line {line} of sheet\.txt") as caught:
        _fold(tmp_path / "sheet.txt", sheet)
    assert (caught.value.code, caught.value.details["line"]) == (code, line)


def test_as_a_command(tmp_path: Path) -> None:
    data, sheet = tmp_path / "found.jsonl", tmp_path / "sheet.txt"
    label = {"relation": "COLOR", "polarity": "affirmed", "value": "Red"}
    unsure = {"relation": "TYPE", "polarity": "affirmed", "value": "mug", "confidence": 0.314, "kept": False}
    data.write_text(json.dumps({"id": "a", "text": "Red mug", "relations": [unsure, label]}), encoding="utf-8")
    printed = _run("unfold", data)
    assert printed.stdout == b"== a\n| Red mug\nCOLOR: Red\n? TYPE: mug\t(0.31)\n\n"
    sheet.write_bytes(printed.stdout.replace(b"? ", b""))
    folded = json.loads(_run("fold", sheet).stdout)
    assert [one["relation"] for one in folded["relations"]] == ["COLOR", "TYPE"]
    sheet.write_bytes(b"== a\nCOLOUR: Red")
    failed = _run("fold", sheet)
    assert (failed.returncode, failed.stdout) == (1, b"")
    assert failed.stderr.rstrip().endswith(b"[evaluation.relation_unknown]")


def _run(direction: str, path: Path) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "kg.evaluation.sheets", direction, path]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False)

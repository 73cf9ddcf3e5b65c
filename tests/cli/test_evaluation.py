"""`shelfgraph evaluate relations` on tiny files, in this process."""

from __future__ import annotations

import json
import os
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import pytest

from kg import extraction
from kg.evaluation import read_labelled
from kg.extraction import loading
from kg.extraction.extractor import PipelineExtractor
from kg.extraction.loading import PACKAGED
from shelfgraph.cli import main
from shelfgraph.settings import get_settings

if TYPE_CHECKING:
    from pathlib import Path

ROWS = (
    {
        "id": "a",
        "text": "Hanes Women's EcoSmart Sweatshirt, White, Small\nMade of cotton\nBatteries not included",
        "relations": [
            {"relation": "COLOR", "polarity": "affirmed", "value": "White", "start": 35, "end": 40},
            {"relation": "MATERIAL", "polarity": "affirmed", "value": "cotton"},
            {"relation": "INCLUDES", "polarity": "negated", "value": "Batteries"},
        ],
    },
    {"id": "b", "text": "Blue mug", "relations": [{"relation": "COLOR", "polarity": "affirmed", "value": "Blue"}]},
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "labels.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    return path


class Ran:
    """Runs the command line in this process; what it printed, and its status."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, *arguments: object, status: int = 0) -> tuple[str, str]:
        self._monkeypatch.setattr(sys, "argv", ["shelfgraph", "evaluate", "relations", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == status, self._capsys.readouterr()
        return tuple(self._capsys.readouterr())  # type: ignore[return-value]

    def json(self, *arguments: object, status: int = 0) -> Any:
        return json.loads(self(*arguments, "--json", status=status)[0])


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ran:
    return Ran(monkeypatch, capsys)


def test_figures_are_printed_one_a_line(data: Path, ran: Ran) -> None:
    out, _ = ran("--data", data, "--model", "matchers")
    lines = [line.split() for line in out.splitlines()]
    assert ["relation", "precision", "recall", "F1", "marked"] in lines
    [color] = [line for line in lines if line and line[0] == "COLOR"]
    assert (len(color), color[-1]) == (5, "2")
    assert float(color[3]) > 0.5
    for figure in ("exact F1 ", "overlap F1 ", "negated F1 ", "ECE ", "over 2 products"):
        assert sum(line.startswith(figure) for line in out.splitlines()) == 1, figure


def test_json_and_predictions_that_are_labels(data: Path, ran: Ran, tmp_path: Path) -> None:
    found = tmp_path / "found.jsonl"
    report = ran.json("--data", data, "--model", "matchers", "--predictions", found)
    assert set(report["relations"]["COLOR"]) == {"precision", "recall", "f1", "marked"}
    assert (report["exact"]["marked"], report["negated"]["marked"], report["products"]) == (4, 1, 2)
    rows = list(read_labelled(found))
    assert [row["text"] for row in rows] == [row["text"] for row in ROWS]
    fields = {"relation", "polarity", "value", "confidence", "kept", "start", "end"}
    assert all(set(one) == fields for row in rows for one in row["relations"])
    assert rows[0]["relations"]


def test_it_says_what_answered_in_which_language(ran: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    versions = {"en": "mine-1", "zh": "packaged-2"}
    two = PipelineExtractor(versions, lambda language: nullcontext(loading._matchers(language)))
    monkeypatch.setattr(extraction, "load_extractor", lambda _: two)
    data = tmp_path / "labels.jsonl"
    rows = [{**ROWS[1], "id": "en"}, {"id": "zh", "text": "不锈钢保温杯 500ml", "relations": []}]
    data.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert "read by mine-1 (en), packaged-2 (zh)" in ran("--data", data)[0].splitlines()
    assert ran.json("--data", data)["versions"] == versions
    assert ran.json("--data", data, "--language", "en")["versions"] == {"en": "mine-1"}


def test_wrong_labels_are_one_sentence_with_a_code(data: Path, ran: Ran) -> None:
    data.write_bytes(data.read_bytes().replace(b'"start": 35', b'"start": 34'))
    out, error = ran("--data", data, "--model", "matchers", status=1)
    assert not out
    assert error.startswith("Error: Line 1 of labels.jsonl marks COLOR")
    assert error.rstrip().endswith("[evaluation.offsets_wrong]")
    problem = ran.json("--data", data, "--model", "matchers", status=1)
    assert (problem["code"], problem["line"]) == ("evaluation.offsets_wrong", 1)


def test_an_unknown_model_is_a_coded_error(data: Path, ran: Ran, tmp_path: Path) -> None:
    for protocol in ("spans", "attributes", "entities"):
        for model in (tmp_path / "absent", "~nobody-of-this-name/model"):
            arguments = ("--data", data, "--protocol", protocol, "--model", model)
            assert ran.json(*arguments, status=1)["code"] == "setup.relation_model_unknown"


def test_a_folder_without_a_model_is_not_the_packaged_one(data: Path, ran: Ran, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for protocol in ("spans", "attributes", "entities"):
        arguments = ("--data", data, "--protocol", protocol, "--model", tmp_path / "empty")
        assert ran.json(*arguments, status=1)["code"] == "setup.relation_model_broken"


def test_a_pipe_is_read_once(ran: Ran) -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as pipe:
        pipe.writelines(json.dumps(row) + "\n" for row in ROWS)
    try:
        out, _ = ran("--data", f"/dev/fd/{reading}", "--model", "matchers")
    finally:
        os.close(reading)
    assert out.rstrip().endswith("over 2 products")


def test_predictions_with_a_name_no_file_may_have_are_a_coded_error(data: Path, ran: Ran, tmp_path: Path) -> None:
    problem = ran.json("--data", data, "--model", "matchers", "--predictions", tmp_path / ("x" * 300), status=1)
    assert problem["code"] == "evaluation.target_unwritable"


def test_a_wrong_setting_is_a_coded_error(data: Path, ran: Ran, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELFGRAPH_DEVICE", "gpu")
    get_settings.cache_clear()
    try:
        out, error = ran("--data", data, status=1)
    finally:
        get_settings.cache_clear()
    assert not out
    assert "SHELFGRAPH_DEVICE" in error
    assert error.rstrip().endswith("[setup.setting_invalid]")


def test_an_unknown_protocol_and_a_missing_file_are_usage_errors(data: Path, ran: Ran, tmp_path: Path) -> None:
    ran("--data", data, "--protocol", "guesses", status=2)
    ran("--data", tmp_path / "absent.jsonl", status=2)


@pytest.fixture
def packaged() -> tuple[str, ...]:
    if not (PACKAGED / "zh").is_dir():
        pytest.skip("needs the packaged model of Chinese, which is not in models/relations")
    return ("--model", "packaged", "--language", "zh")


def test_attributes_are_asked_by_name(packaged: tuple[str, ...], ran: Ran, tmp_path: Path) -> None:
    data, found = tmp_path / "data.jsonl", tmp_path / "found.jsonl"
    row = {"input": "海尔冰箱 白色", "category": "冰箱", "target_scores": {"颜色": {"白色": 1}, "尺寸": {"n/a": 1}}}
    data.write_text(json.dumps(row) + "\n", encoding="utf-8")
    arguments = ("--data", data, "--protocol", "attributes", *packaged)
    report = ran.json(*arguments, "--predictions", found)
    assert set(report["attributes"]) == set(json.loads(found.read_bytes())) == {"颜色", "尺寸"}
    assert sum(report["micro"][count] for count in ("nn", "nv", "vn", "vc", "vw")) == 2
    lines = [line.split() for line in ran(*arguments)[0].splitlines()]
    assert lines[0] == ["attribute", "precision", "recall", "F1", "NN", "NV", "VN", "VC", "VW"]
    assert [len(line) for line in lines[1:3]] == [9, 9]
    assert lines[3][::2] == ["NN", "NV", "VN", "VC", "VW"]
    assert lines[4][0] == "micro-F1"


def test_entities_of_titles(packaged: tuple[str, ...], ran: Ran, tmp_path: Path) -> None:
    data, found = tmp_path / "data.jsonl", tmp_path / "found.jsonl"
    data.write_text(json.dumps({"text": "海尔冰箱", "entities": [["BRAND", 0, 2, "海尔"]]}), encoding="utf-8")
    arguments = ("--data", data, "--protocol", "entities", *packaged)
    report = ran.json(*arguments, "--predictions", found)
    assert (report["texts"], report["micro"]["marked"], report["types"]["BRAND"]["marked"]) == (1, 1, 1)
    assert isinstance(json.loads(found.read_bytes())["entities"], list)
    lines = ran(*arguments)[0].splitlines()
    assert lines[0].split() == ["type", "precision", "recall", "F1", "marked"]
    assert sum(line.startswith("micro F1 ") for line in lines) == 1

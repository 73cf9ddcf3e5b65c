from __future__ import annotations

import gzip
import json
import random
import re
from typing import TYPE_CHECKING, Any

import pytest

from kg.evaluation import evaluate_attributes, read_attributes
from kg.extraction.asking import AskedAttribute, AttributeValue
from shelfgraph.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

FILES = (
    "ae110k/ae-110k.train.jsonl",
    "oamine/oa-mine.train_0.2.jsonl",
    "pave/extract.train.jsonl.gz",
    "pave/normalize.train.jsonl.gz",
)
ROW = {"input": "Red mug", "category": "Mugs", "target_scores": {"Color": {"Red": 1}, "Size": {"n/a": 1}}}


class NoisyReader:
    """Knows the answers, and errs in every way that the scorer tells apart."""

    def __init__(self, path: Path, seed: int = 4) -> None:
        self._accepted = {
            (row.text, row.category, name): accepted
            for row in read_attributes(path)
            for name, accepted in row.accepted.items()
        }
        self._random = random.Random(seed)

    def values(self, asked: Sequence[AskedAttribute]) -> list[AttributeValue | None]:
        return [self._value(one) for one in asked]

    def _value(self, asked: AskedAttribute) -> AttributeValue | None:
        accepted = sorted(self._accepted[asked.text, asked.category, asked.attribute])
        chance = self._random.random()
        value = accepted[self._random.randrange(len(accepted))]
        if chance < 0.15:
            return None
        if chance < 0.3:
            value = asked.text[:9]
        elif chance < 0.4:
            value = f" {value}\n"
        elif chance < 0.5:
            value = self._random.choice(["", " ", "n/a", value.upper()])
        return AttributeValue(value, 0, len(value), 0.5)


class FixedReader:
    """Gives the same answer to everything, and remembers what it was asked."""

    def __init__(self, value: str | None = None) -> None:
        self.value = value
        self.asked: list[AskedAttribute] = []

    def values(self, asked: Sequence[AskedAttribute]) -> list[AttributeValue | None]:
        self.asked += asked
        return [None if self.value is None else AttributeValue(self.value, 0, len(self.value), 1.0) for _ in asked]


def _write(path: Path, *rows: Any) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", FILES)
def test_agrees_with_the_scorer_script(
    name: str, shared: Path, scorer: Callable[[str, Path, Path], str], tmp_path: Path
) -> None:
    data, out = shared / "data" / "attributes" / name, tmp_path / "predicted.jsonl"
    micro = evaluate_attributes(data, NoisyReader(data), out).micro
    told = scorer("attributes_f1.py", data, out)
    assert told.splitlines() == [
        f"NN {micro.nn} NV {micro.nv} VN {micro.vn} VC {micro.vc} VW {micro.vw}",
        f"precision {micro.precision:.4f} recall {micro.recall:.4f} micro-F1 {micro.f1:.4f}",
    ]
    assert 0.3 < micro.f1 < 0.9
    assert min(micro.vn, micro.vc, micro.vw) > 0


def test_attributes_add_up(shared: Path) -> None:
    data = shared / "data" / "attributes" / FILES[0]
    report = evaluate_attributes(data, NoisyReader(data))
    for count in ("nn", "nv", "vn", "vc", "vw"):
        assert sum(getattr(one, count) for one in report.attributes.values()) == getattr(report.micro, count)
    assert report.rows == 1568


def test_scores_by_hand(tmp_path: Path) -> None:
    data = _write(tmp_path / "data.jsonl", ROW)
    said = evaluate_attributes(data, FixedReader(" Red "))
    assert (said.micro.vc, said.micro.nv, said.micro.precision, said.micro.recall) == (1, 1, 0.5, 1.0)
    assert said.attributes["Color"].f1 == 1.0
    assert said.attributes["Size"].f1 == 0.0
    silent = evaluate_attributes(data, FixedReader())
    assert (silent.micro.nn, silent.micro.vn, silent.micro.f1) == (1, 1, 0.0)


def test_title_and_description_are_one_text(tmp_path: Path) -> None:
    data = tmp_path / "data.jsonl.gz"
    row = {
        "input_title": "A mug",
        "input_description": "It is red.",
        "category": "",
        "target_scores": {"Color": {"red": 1}},
    }
    data.write_bytes(gzip.compress(json.dumps(row).encode()))
    reader = FixedReader("red")
    out, done = tmp_path / "out.jsonl", []
    evaluate_attributes(data, reader, out, on_progress=lambda now, of: done.append((now, of)))
    assert reader.asked == [AskedAttribute("A mug\nIt is red.", "Color", "")]
    assert json.loads(out.read_bytes()) == {"Color": "red"}
    assert done == [(1, 1)]


@pytest.mark.parametrize(
    "row",
    [
        [],
        {},
        {**ROW, "input": None},
        {**ROW, "input": 3, "input_title": "A"} | {"input_description": 3},
        {**ROW, "category": 3},
        {**ROW, "target_scores": ["Color"]},
        {**ROW, "target_scores": {"Color": {}}},
        {**ROW, "target_scores": {"Color": "red"}},
    ],
)
def test_a_bad_row_is_a_coded_error(row: Any, tmp_path: Path) -> None:
    data = _write(tmp_path / "bad.jsonl", ROW, row)
    with pytest.raises(InvalidRequestError, match=re.escape("Line 2 of bad.jsonl")) as caught:
        evaluate_attributes(data, FixedReader())
    assert caught.value.code == "evaluation.row_invalid"
    assert caught.value.details["line"] == 2
    assert caught.value.help


def test_predictions_have_somewhere_to_go_before_the_work_starts(tmp_path: Path) -> None:
    data = _write(tmp_path / "data.jsonl", ROW)
    before = data.read_bytes()
    reader = FixedReader()
    for out in (data, tmp_path, tmp_path / "absent" / "out.jsonl"):
        with pytest.raises(InvalidRequestError) as caught:
            evaluate_attributes(data, reader, out)
        assert caught.value.code == "evaluation.target_unwritable"
    assert not reader.asked
    assert data.read_bytes() == before

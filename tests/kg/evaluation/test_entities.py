from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest

from kg.evaluation import evaluate_entities, read_entities
from kg.extraction.asking import Entity
from shelfgraph.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

ROW = {"text": "海尔冰箱", "entities": [["HPPX", 0, 2, "海尔"], ["HCCX", 2, 4, "冰箱"]]}


class NoisyReader:
    """Knows the entities; loses some, moves some, takes some for others, and says some twice."""

    def __init__(self, path: Path) -> None:
        self._rows = iter(list(read_entities(path)))
        self._random = random.Random(4)

    def entities(self, texts: Sequence[str]) -> list[list[Entity]]:
        return [self._entities(text) for text in texts]

    def _entities(self, text: str) -> list[Entity]:
        row = next(self._rows)
        assert row.text == text
        found: list[Entity] = []
        for entity in row.entities:
            chance = self._random.random()
            if chance < 0.2:
                continue
            kind = self._random.choice(["HCCX", "HPPX", "NEW"]) if chance < 0.3 else entity.type
            end = entity.end - 1 if 0.3 < chance < 0.4 and entity.end - entity.start > 1 else entity.end
            found += [Entity(kind, entity.start, end)] * (2 if chance > 0.95 else 1)
        return found


class FixedReader:
    """Finds the same everywhere."""

    def __init__(self, *found: Entity) -> None:
        self.found = list(found)

    def entities(self, texts: Sequence[str]) -> list[list[Entity]]:
        return [self.found for _ in texts]


def _write(path: Path, *rows: Any) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["dev.jsonl", "train.jsonl.gz"])
def test_agrees_with_the_scorer_script(
    name: str,
    shared: Path,
    scorer: Callable[[str, Path, Path], str],
    unpacked: Callable[[Path], Path],
    tmp_path: Path,
) -> None:
    data, out = shared / "data" / "zh_entities" / name, tmp_path / "predicted.jsonl"
    report = evaluate_entities(data, NoisyReader(data), out)
    told = scorer("entities_f1.py", unpacked(data), out)
    scores = {**report.types, "all": report.micro}
    assert told.splitlines() == [f"{kind:6s} F1 {one.f1:.4f} n {one.marked}" for kind, one in sorted(scores.items())]
    assert set(report.types) == {"HCCX", "HPPX", "XH", "MISC", "NEW"}
    assert 0.5 < report.micro.f1 < 0.9


def test_scores_by_hand(tmp_path: Path) -> None:
    data, out = _write(tmp_path / "data.jsonl", ROW), tmp_path / "out.jsonl"
    report = evaluate_entities(data, FixedReader(Entity("HPPX", 0, 2), Entity("HPPX", 0, 2), Entity("XH", 2, 4)), out)
    assert (report.micro.precision, report.micro.recall, report.micro.marked) == (0.5, 0.5, 2)
    assert (report.types["HPPX"].f1, report.types["HCCX"].f1, report.types["XH"].marked) == (1.0, 0.0, 0)
    assert json.loads(out.read_bytes())["entities"][0] == ["HPPX", 0, 2, "海尔"]
    assert evaluate_entities(data, FixedReader()).micro.f1 == 0.0


def test_a_type_may_have_any_name(tmp_path: Path) -> None:
    data = _write(tmp_path / "data.jsonl", {"text": "海尔冰箱", "entities": [["all", 0, 2], ["HCCX", 2, 4]]})
    report = evaluate_entities(data, FixedReader(Entity("all", 0, 2)))
    assert (report.types["all"].marked, report.types["all"].f1) == (1, 1.0)
    assert (report.micro.marked, report.micro.recall) == (2, 0.5)


def test_the_surface_may_be_left_out(tmp_path: Path) -> None:
    [row] = read_entities(_write(tmp_path / "data.jsonl", {"text": "海尔冰箱", "entities": [["HPPX", 0, 2]]}))
    assert row.entities == (Entity("HPPX", 0, 2),)


@pytest.mark.parametrize(
    ("entities", "code"),
    [
        (None, "evaluation.row_invalid"),
        ({"HPPX": "海尔"}, "evaluation.row_invalid"),
        (["HPPX"], "evaluation.row_invalid"),
        ([["HPPX", 0]], "evaluation.row_invalid"),
        ([[1, 0, 2, "海尔"]], "evaluation.row_invalid"),
        ([["HPPX", 0, 2, 7]], "evaluation.row_invalid"),
        ([["HPPX", 0, 2, "海信"]], "evaluation.offsets_wrong"),
        ([["HPPX", 0, 6, "海尔冰箱"]], "evaluation.offsets_wrong"),
        ([["HPPX", 2, 2, ""]], "evaluation.offsets_wrong"),
        ([["HPPX", -4, 2, "海尔"]], "evaluation.offsets_wrong"),
        ([["HPPX", False, 2, "海尔"]], "evaluation.offsets_wrong"),
        ([["HPPX", "0", 2, "海尔"]], "evaluation.offsets_wrong"),
    ],
)
def test_a_bad_row_is_a_coded_error(entities: Any, code: str, tmp_path: Path) -> None:
    data = _write(tmp_path / "bad.jsonl", ROW, {"text": "海尔冰箱", "entities": entities})
    with pytest.raises(InvalidRequestError, match=r"Line 2 of bad\.jsonl") as caught:
        evaluate_entities(data, FixedReader())
    assert caught.value.code == code
    assert caught.value.details["line"] == 2
    assert caught.value.help

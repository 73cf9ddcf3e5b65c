from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from kg.extraction.spans.decoding import Candidate
from kg.extraction.spans.pieces import Characters
from kg.training import TrainingSettings
from kg.training import predicting as predictions
from kg.training.calibrating import Judged
from kg.training.material import Material, read_material
from kg.training.predicting import judge, judge_all

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kg.extraction.spans.examples import Example


def _material(folder: Path, *texts: str, **label: str) -> Material:
    path = folder / "rows.jsonl"
    rows = [{"id": text, "text": text, "relations": [{"polarity": "affirmed", **label}]} for text in texts]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return read_material([path], Characters({}), TrainingSettings())


def test_what_a_text_denies_is_no_answer(tmp_path: Path) -> None:
    material = _material(tmp_path, "Mug, no lead", relation="CONTAINS", value="lead", polarity="negated")
    (item,) = material.items
    asked = next(one for one in item.questions if one.marked)
    found = [Candidate(3, 3, len(material.labels) - 1, 0.9, denied) for denied in (0.1, 0.9)]
    assert [judge(item, [(asked, [one])], material.labels) for one in found] == [
        [Judged("ASKED", 0.9, stated=False, right=False)],
        [],
    ]
    assert material.marked([0])["ASKED"] == 0


@pytest.mark.parametrize(
    ("found", "judged"),
    [
        (Candidate(3, 3, 0, 0.9, 0.75), Judged("CONTAINS", 0.9, stated=True, right=True, polarity=0.75)),
        (Candidate(3, 3, 0, 0.9, 0.25), Judged("CONTAINS", 0.9, stated=True, right=False, polarity=0.75)),
        (Candidate(2, 3, 0, 0.9, 0.75), Judged("CONTAINS", 0.9, stated=False, right=False, polarity=0.75)),
    ],
)
def test_label_and_borders_may_be_right_where_the_polarity_is_not(
    found: Candidate, judged: Judged, tmp_path: Path
) -> None:
    (item,) = _material(tmp_path, "Mug, no lead", relation="CONTAINS", value="lead", polarity="negated").items
    assert judge(item, [(item.examples[0], [found])], ["CONTAINS"]) == [judged]


def test_a_value_found_in_two_windows_counts_once_where_it_is_surest(tmp_path: Path) -> None:
    text = "Oak bench\n" + " ".join(f"word{number}" for number in range(600))
    (item,) = _material(tmp_path, text, relation="TYPE", value="bench").items
    told = [(0.5, 0.0), (0.8, 0.0), (0.9, 0.25)]
    read = [(one, [Candidate(1, 1, 0, *each)]) for one, each in zip(item.examples, told, strict=False)]
    assert len(read) == 3
    assert judge(item, read, ["TYPE"]) == [Judged("TYPE", 0.8, stated=True, right=True)]


def test_rows_are_judged_some_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    material = _material(tmp_path, *(f"Mug {number}" for number in range(7)), relation="TYPE", value="Mug")
    kind = material.labels.index("TYPE")
    read: list[int] = []

    def predict(_: object, examples: Sequence[Example], **__: Any) -> list[list[Candidate]]:
        read.append(len({one.text for one in examples}))
        return [[] if one.single else [Candidate(0, 0, kind, int(one.text[-1]) / 10, 0.0)] for one in examples]

    monkeypatch.setattr(predictions, "predict", predict)
    monkeypatch.setattr(predictions, "_BATCH_ITEMS", 3)
    judged = judge_all(None, material.items, material.labels, device="cpu")  # type: ignore[arg-type]
    assert read == [3, 3, 1]
    assert [(one.score, one.right) for one in judged] == [(number / 10, True) for number in range(7)]

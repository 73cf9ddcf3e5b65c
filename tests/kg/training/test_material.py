from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from kg.extraction.spans.decoding import Candidate
from kg.extraction.spans.pieces import Characters
from kg.training import TrainingSettings
from kg.training.calibrating import Judged
from kg.training.material import Item, Material, judge, read_material

if TYPE_CHECKING:
    from pathlib import Path

    from kg.training.settings import Protocol

PIECES = Characters({})


def _material(folder: Path, *rows: dict[str, Any], protocol: Protocol = "spans") -> Material:
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return read_material([path], PIECES, TrainingSettings(protocol=protocol))


def _label(relation: str, value: str, **offsets: int) -> dict[str, Any]:
    return {"relation": relation, "polarity": "affirmed", "value": value, **offsets}


def _marked(item: Item) -> list[str]:
    return [
        one.text[one.encoded.words.starts[first] : one.encoded.words.ends[first + extra]]
        for one in item.examples
        for first, extra, _ in sorted(one.marked)
    ]


def test_outer_spaces_are_no_part_of_what_is_learnt(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "text": "A red mug", "relations": [_label("COLOR", "red ", start=2, end=6)]},
        {"id": "b", "text": "A red mug", "relations": [_label("COLOR", " red", start=1, end=5)]},
    ]
    assert [_marked(item) for item in _material(tmp_path, *rows).items] == [["red"], ["red"]]
    titles = _material(tmp_path, {"text": "Haier fridge", "entities": [["B", 0, 6, "Haier "]]}, protocol="entities")
    assert _marked(titles.items[0]) == ["Haier"]


def test_what_stands_late_in_a_long_text_is_learnt_from_its_window(tmp_path: Path) -> None:
    text = "Oak bench\n" + " ".join(f"word{number}" for number in range(300)) + " teak"
    (item,) = _material(
        tmp_path, {"id": "a", "text": text, "relations": [_label("MATERIAL", "teak"), _label("TYPE", "bench")]}
    ).items
    assert len(item.examples) > 1
    assert _marked(item) == ["bench", "teak"]
    # The title stands in each window, so that it is known what is spoken of, and is read in the first.
    assert [one.lines()[:4] for one in item.examples] == [
        [0, 0, -1, 1],
        *([[-1, -1, -1, 1]] * (len(item.examples) - 1)),
    ]


def test_where_a_marked_value_stands_again_is_neither_right_nor_wrong(tmp_path: Path) -> None:
    text = "Oak bench\n" + " ".join(f"word{number} oak" for number in range(200))
    material = _material(tmp_path, {"id": "a", "text": text, "relations": [_label("MATERIAL", "Oak")]})
    again = [cell for one in material.items[0].examples for cell in one.ignored if cell[0] >= one.repeated]
    assert len(again) == 200


def test_what_a_text_denies_is_no_answer(tmp_path: Path) -> None:
    row = {"id": "a", "text": "Mug, no lead", "relations": [{**_label("CONTAINS", "lead"), "polarity": "negated"}]}
    material = _material(tmp_path, row)
    (item,) = material.items
    asked = next(one for one in item.questions if one.marked)
    found = [Candidate(3, 3, len(material.labels) - 1, 0.9, denied) for denied in (0.1, 0.9)]
    assert [judge(item, [(asked, [one])], material.labels) for one in found] == [
        [Judged("ASKED", 0.9, right=False)],
        [],
    ]
    assert material.marked([0])["ASKED"] == 0


def test_a_value_found_in_two_windows_counts_once(tmp_path: Path) -> None:
    text = "Oak bench\n" + " ".join(f"word{number}" for number in range(300))
    material = _material(tmp_path, {"id": "a", "text": text, "relations": [_label("TYPE", "bench")]})
    (item,) = material.items
    kind = material.labels.index("TYPE")
    read = [
        (one, [Candidate(1, 1, kind, score, 0.0)]) for one, score in zip(item.examples, (0.5, 0.8, 0.6), strict=False)
    ]
    assert [(one.label, one.score, one.right) for one in judge(item, read, material.labels)] == [("TYPE", 0.8, True)]


def test_training_sees_the_text_that_is_read(tmp_path: Path) -> None:
    (item,) = _material(
        tmp_path, {"id": "a", "text": "Mug &amp; lid, cafe\u0301", "relations": [_label("COLOR", "cafe\u0301")]}
    ).items
    assert item.examples[0].text == "Mug & lid, café"
    assert _marked(item) == ["café"]


@pytest.mark.parametrize(
    ("protocol", "row"),
    [
        ("spans", {"id": "a", "text": "", "relations": [], "attributes": {"Width": []}}),
        ("entities", {"text": " ", "entities": []}),
        ("attributes", {"input": "\u2003", "category": "Mugs", "target_scores": {"Color": {"n/a": 1}}}),
    ],
)
def test_a_text_without_words_teaches_nothing(protocol: Protocol, row: dict[str, Any], tmp_path: Path) -> None:
    assert [one for item in _material(tmp_path, row, protocol=protocol).items for one in item.judged_by()] == []

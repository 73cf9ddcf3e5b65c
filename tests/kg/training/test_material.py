from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest

from kg.extraction.spans.pieces import Characters
from kg.training import TrainingSettings
from kg.training import material as materials
from kg.training.material import Item, Material, read_material

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


def _counting(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions of all examples that are made from here on."""
    made: list[str] = []
    known = materials.from_question

    def noted(text: str, question: str, *others: Any, **options: Any) -> Any:
        made.append(question)
        return known(text, question, *others, **options)

    monkeypatch.setattr(materials, "from_question", noted)
    return made


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


def test_rows_keep_what_is_asked_and_make_an_example_when_it_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = _counting(monkeypatch)
    names = [f"Name {number}" for number in range(300)]
    rows = [{"input": "A red mug", "category": "Mugs", "target_scores": {name: {"red": 1}}} for name in names]
    item = _material(tmp_path, *rows, protocol="attributes").items[0]
    assert (len(item.questions), len(item.answered)) == (200, 100)  # all that the category has, most of them absent
    assert made == ["Mugs"] * 300
    drawn = [[one.encoded.ids for one in item.draw(random.Random(seed))] for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert len(made) - 300 <= 9
    assert len(item.judged_by()) == 13
    assert len(made) - 300 <= 9 + 12


def test_the_answers_of_a_row_are_asked_for_when_it_is_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = _counting(monkeypatch)
    answers: dict[str, list[str]] = {f"Name {number}": [] for number in range(50)}
    row = {"id": "a", "text": "A red mug", "relations": [], "attributes": {**answers, "Hue": ["red"]}}
    (item,) = _material(tmp_path, row).items
    assert made == []
    item.draw(random.Random(0))
    assert len(made) == 2
    assert item.answered[50].marked == {(1, 0, 21): 1.0}


def test_equal_texts_are_known_by_their_words_as_read(tmp_path: Path) -> None:
    texts = ("A red mug &amp; lid", "a RED  mug & lid", "A <b>red</b> mug &#38; lid")
    for protocol, rows in (
        ("spans", [{"id": text, "text": text, "relations": []} for text in texts]),
        ("entities", [{"text": text, "entities": []} for text in texts]),
        ("attributes", [{"input": text, "category": "Mugs", "target_scores": {}} for text in texts]),
    ):
        assert {item.plain for item in _material(tmp_path, *rows, protocol=protocol).items} == {"a red mug & lid"}


def test_silver_rows_with_the_text_of_a_row_that_may_be_held_out_are_left_out(tmp_path: Path) -> None:
    paths = [tmp_path / "rows.jsonl", tmp_path / "silver.jsonl"]
    for path, texts in zip(paths, (["A red mug"], ["a red  mug", "A blue mug"]), strict=True):
        rows = [{"id": f"{path.stem} {text}", "text": text, "relations": []} for text in texts]
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    material = read_material(paths[:1], PIECES, TrainingSettings(silver=(paths[1],)))
    assert [item.plain for item in material.silver] == ["a blue mug"]
    assert material.left_out == 1

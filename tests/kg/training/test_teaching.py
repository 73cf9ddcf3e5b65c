from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from kg.extraction.spans.decoding import Cells
from kg.extraction.spans.pieces import Characters
from kg.extraction.spans.windows import MOST_PIECES
from kg.training.teaching import taught
from shelfgraph.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from kg.extraction.spans.pieces import Encoded

LABELS = ("COLOR", "ASKED")


class _WholeWords(Characters):
    """A piece a word."""

    def of(self, word: str) -> list[int]:
        return super().of(word)[:1]


@dataclass
class _Teacher:
    """Says that the first word of each window is a colour, and is as sure of it as the window is long."""

    sizes: list[list[int]] = field(default_factory=list)

    def cells(self, texts: Sequence[Encoded]) -> Iterator[Cells]:
        self.sizes.append([len(one.ids) for one in texts])
        for one in texts:
            logits = np.array([len(one.words)], np.float32)
            yield Cells(np.array([[0, 0, 0]]), logits, -logits)


@pytest.fixture
def teacher(monkeypatch: pytest.MonkeyPatch) -> _Teacher:
    one = _Teacher()
    config = SimpleNamespace(labels=LABELS, protocol="spans")
    reader = SimpleNamespace(config=config, pieces=Characters({}), scorer=one)
    monkeypatch.setattr("kg.training.teaching.load_reader", lambda *_, **__: reader)
    return one


def _texts(folder: Path, *texts: str) -> Path:
    path = folder / "texts.jsonl"
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), encoding="utf-8")
    return path


def test_windows_fit_the_teacher_and_the_pupil(teacher: _Teacher, tmp_path: Path) -> None:
    text = " ".join(["paper"] * 200 + ["a"] * 300)
    for pupil, other in ((_WholeWords({}), Characters({})), (Characters({}), _WholeWords({}))):
        examples, _ = taught(_texts(tmp_path, text), tmp_path, pupil, LABELS, marked=())
        for vocabulary in (pupil, other):
            sizes = [sum(len(vocabulary.of(word)) for word in one.encoded.words.texts) for one in examples]
            assert max(sizes) <= MOST_PIECES
    assert max(size for sizes in teacher.sizes for size in sizes) <= MOST_PIECES + 2


def test_texts_are_marked_many_at_a_time_and_in_order(
    teacher: _Teacher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.training.teaching._BATCH", 4)
    texts = [" ".join(["red"] * count) for count in (3, 1, 2, 5, 4, 6)]
    examples, left_out = taught(_texts(tmp_path, *texts), tmp_path, _WholeWords({}), LABELS, marked=())
    assert [len(sizes) for sizes in teacher.sizes] == [4, 2]
    assert [one.text for one in examples] == texts
    for one in examples:
        sure = 1 / (1 + np.exp(-len(one.encoded.words)))
        assert one.marked == {(0, 0, 0): pytest.approx(sure)}
        assert one.denied == {(0, 0, 0): pytest.approx(1 - sure)}
        assert one.counted == {0}
    assert left_out == 0


@pytest.mark.usefixtures("teacher")
def test_texts_of_marked_rows_are_not_taught(tmp_path: Path) -> None:
    path = _texts(tmp_path, "A  Red mug &amp; lid", "a blue mug", "a red mug & lid")
    examples, left_out = taught(path, tmp_path, _WholeWords({}), LABELS, marked={"a red mug & lid"})
    assert [one.text for one in examples] == ["a blue mug"]
    assert left_out == 2
    with pytest.raises(InvalidRequestError) as caught:
        taught(path, tmp_path, _WholeWords({}), LABELS, marked={"a red mug & lid", "a blue mug"})
    assert caught.value.code == "training.too_few_rows"

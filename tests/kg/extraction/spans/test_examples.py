from __future__ import annotations

import pytest

from kg.extraction.spans.examples import from_question, from_spans, held_by
from kg.extraction.spans.pieces import Characters
from kg.extraction.spans.questions import questions_of
from kg.extraction.spans.words import split_words


def _marked(text: str, *values: str) -> tuple[set[str], set[str]]:
    """The words that answer the question, and those that are neither right nor wrong."""
    example = from_question(text, "Gender", {0: values}, Characters({}), width=16)
    words = example.encoded.words
    marked, ignored = (
        {text[words.starts[first] : words.ends[first + extra]] for first, extra, _ in cells}
        for cells in (example.marked, example.ignored)
    )
    return marked, ignored


def test_a_value_is_answered_wherever_it_stands_as_words() -> None:
    assert _marked("Men belt for Men, Mens size", "Men") == ({"Men"}, {"Mens"})


def test_words_are_answered_however_many_hold_the_value_before_them() -> None:
    marked, _ = _marked("Mens Mesh Mid Moccasin Memory foam shoe, size M", "M")
    assert marked == {"M"}


def test_no_place_of_an_answer_is_taken_for_wrong() -> None:
    example = from_question("red " * 9, "Color", {0: ["red"]}, Characters({}), width=16)
    assert {first for first, _, _ in example.marked.keys() | example.ignored} == set(range(9))


def test_a_marked_value_answers_questions_wherever_it_stands() -> None:
    text, labels = "Belt, black\nA black belt", ("COLOR", "ASKED")
    row = {
        "id": "a",
        "text": text,
        "relations": [{"relation": "COLOR", "polarity": "affirmed", "start": 6, "end": 11, "value": "black"}],
    }
    (example,) = from_spans(row, Characters({}), labels=labels, width=16)
    assert (example.marked, example.ignored) == ({(2, 0, 0): 1.0}, {(5, 0, 0)})
    (asked,) = [one for one in questions_of(example, Characters({}), labels=labels, language="en") if one.marked]
    assert asked.answers() == {(2, 0, 1), (5, 0, 1)}


def test_one_pass_answers_several_questions() -> None:
    example = from_question("Mens red belt", "Belts", {3: ["red"], 1: [], 2: ["Men"]}, Characters({}), width=16)
    assert example.marked == {(1, 0, 3): 1.0, (0, 0, 2): 1.0}
    assert (example.counted, example.single) == ({1, 2, 3}, True)


def test_a_value_inside_words_alone_is_answered_with_those_words() -> None:
    assert _marked("Mens belt", "Men") == ({"Mens"}, set())
    assert _marked("Mens belt", "Women") == (set(), set())


@pytest.mark.parametrize(
    ("value", "held"), [("Men", "Mens"), ("Mens", "Mens"), ("ens be", "Mens belt"), ("Women", "Women"), ("", "")]
)
def test_what_holds_a_value(value: str, held: str) -> None:
    text = "Mens belt"
    assert held_by(split_words(text), text, value) == held

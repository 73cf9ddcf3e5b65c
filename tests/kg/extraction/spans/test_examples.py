from __future__ import annotations

import pytest

from kg.extraction.spans.examples import from_question, held_by
from kg.extraction.spans.pieces import Characters
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

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extraction.spans import split_words
from kg.extraction.spans.pieces import Characters, encode
from kg.extraction.spans.windows import MOST_WORDS, windows
from kg.extraction.spans.words import BODY, HEADING, TITLE

TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from([
            "13x13in", " ", "\n", "BPA-free", "Men's", "👩‍🔬", "\u202e", "不锈钢", "\ud800", "\x00",
            "é" * 90, ":", "3.5 mm",
        ]),
        max_size=30,
    ).map("".join),
)  # fmt: skip


@given(TEXTS)
def test_words_are_spans_of_the_text_in_order_and_miss_nothing_but_white_space(text: str) -> None:
    words = split_words(text)
    assert [text[start:end] for start, end in zip(words.starts, words.ends, strict=True)] == list(words.texts)
    assert all(end <= start for end, start in zip(words.ends, words.starts[1:], strict=False))
    covered = {at for start, end in zip(words.starts, words.ends, strict=True) for at in range(start, end)}
    assert all(text[at].isspace() for at in range(len(text)) if at not in covered)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("200mm(Pack of 10)", ["200", "mm", "(", "Pack", "of", "10", ")"]),
        ("Women's 13x13", ["Women", "'s", "13", "x", "13"]),
        ("1,000 ml 不锈钢", ["1,000", "ml", "不", "锈", "钢"]),
        ("AA\nB", ["AA", "\n", "B"]),
    ],
)
def test_a_value_can_end_where_feeds_glue_things_together(text: str, words: list[str]) -> None:
    assert list(split_words(text).texts) == words


def test_lines_and_zones() -> None:
    words = split_words("Steel Kettle\nEASY TO CLEAN: wipe it: done")
    by_word = dict(zip(words.texts, words.zones, strict=True))
    assert by_word["Kettle"] == TITLE
    assert by_word["CLEAN"] == HEADING
    assert by_word["wipe"] == by_word["done"] == BODY
    assert words.lines[words.texts.index("wipe")] == 1


@given(st.lists(st.sampled_from(["word", "long-ish", ".", "\n", "5"]), max_size=1500).map(" ".join))
def test_windows_hold_every_word_once_and_begin_with_the_title(text: str) -> None:
    words = split_words(text)
    found = windows(words, Characters({}))
    places = [place for window in found for place in window.places if place >= 0]
    assert places == list(range(len(words)))
    for window in found:
        assert len(window.words) <= MOST_WORDS
        assert [words.texts[place] for place in window.places if place >= 0] == [
            word for word, place in zip(window.words.texts, window.places, strict=True) if place >= 0
        ]
    for window in found[1:]:
        repeated = [word for word, place in zip(window.words.texts, window.places, strict=True) if place < 0]
        assert repeated == list(words.texts[: len(repeated)])
        assert repeated or words.texts[0] == "\n"


def test_a_part_ends_with_a_sentence_not_in_the_middle_of_what_it_denies() -> None:
    denial = "Free from gluten , dairy , soy , nuts , eggs , wheat , lactose and sugar ."
    text = "Protein bar\n" + "It is good for you . " * 35 + denial + " More ."
    assert len(split_words(text)) > MOST_WORDS
    assert any(denial in " ".join(window.words.texts) for window in windows(split_words(text), Characters({})))


@given(st.lists(st.sampled_from(["x" * 200, "word", "\n", "漢", "5"]), max_size=600).map(" ".join))
def test_no_window_has_more_pieces_than_an_encoder_takes(text: str) -> None:
    pieces = Characters({})
    for window in windows(split_words(text), pieces):
        assert len(encode(window.words, pieces, question="any " * 50).ids) <= 512


def test_a_question_stands_before_the_text_and_words_keep_their_pieces() -> None:
    pieces = Characters({"红": 4, "色": 5, "颜": 6})
    plain = encode(split_words("红色"), pieces)
    asked = encode(split_words("红色"), pieces, question="颜色")
    assert plain.ids == [2, 4, 5, 3]
    assert asked.ids == [2, 6, 5, 3, 4, 5, 3]
    assert asked.types == [0, 0, 0, 0, 1, 1, 1]
    assert [asked.ids[begin:end] for begin, end in zip(asked.begins, asked.ends, strict=True)] == [[4], [5]]

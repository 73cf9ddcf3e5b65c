from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extraction.pages import Page
from kg.model import Product
from kg.training.as_read import as_read, text_as_read


def _row(text: str, value: str, **more: object) -> dict[str, object]:
    start = text.index(value)
    label = {"relation": "COLOR", "polarity": "affirmed", "value": value, "start": start, "end": start + len(value)}
    return {"id": "a", "text": text, "relations": [label], **more}


def test_labels_move_with_the_text_that_is_read() -> None:
    row = as_read(_row("Mug &amp; lid, <b>cafe\u0301\u200b red</b>", "cafe\u0301\u200b red"))
    assert row["text"] == "Mug & lid, café red"
    (label,) = row["relations"]
    assert (label["value"], label["start"], label["end"]) == ("café red", 11, 19)


def test_what_nobody_reads_is_no_label() -> None:
    assert as_read(_row('A <img alt="red"> mug', "red"))["relations"] == []


@pytest.mark.parametrize(
    ("text", "value", "read"),
    [
        ('Bed\n<img alt="oak">Solid oak frame', "oak", ("oak", 10, 13)),
        ('Redder\n<img alt="red"> redder\nA <b>red</b> mug', "red", ("red", 16, 19)),
        ('<img alt="Salt &amp; pepper"> Mill\nSalt &amp; pepper', "Salt &amp; pepper", ("Salt & pepper", 5, 18)),
    ],
)
def test_a_first_place_that_nobody_reads_means_the_first_that_is_read(
    text: str, value: str, read: tuple[str, int, int]
) -> None:
    (label,) = as_read(_row(text, value))["relations"]
    assert (label["value"], label["start"], label["end"]) == read


def test_a_further_place_that_nobody_reads_means_no_other() -> None:
    row = _row('Red oak, <img alt="no oak">', "oak")
    label = {**row["relations"][0], "polarity": "negated", "start": 22, "end": 25}  # type: ignore[index]
    assert row["text"][22:25] == "oak"  # type: ignore[index]
    assert as_read({**row, "relations": [label]})["relations"] == []


def test_answers_are_those_of_the_text_that_is_read() -> None:
    row = _row(
        "Salt &amp; pepper mill, red", "red", attributes={"Kind": ["Salt &amp; pepper"], "Width": [], "Alt": ["amp"]}
    )
    assert as_read(row)["attributes"] == {"Kind": ["Salt & pepper"], "Width": []}


def test_what_can_no_longer_be_read_answers_nothing() -> None:
    row = _row('A <img alt="red"> mug', "red", attributes={"Color": ["red"]})
    assert as_read(row)["attributes"] == {}


@given(st.text(st.sampled_from(" \tab\u0301\u200b\u00a0\r\n<>/&;!-é红"), min_size=1, max_size=40), st.data())
def test_training_sees_what_the_extractor_reads(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    label = {"relation": "COLOR", "polarity": "affirmed", "value": text[start:end], "start": start, "end": end}
    row = as_read({"id": "a", "text": text, "relations": [label]})
    title, *bullets = text.split("\n")
    page = Page.of(Product(product_id="a", title=title, bullets=tuple(bullets), language="zh"))
    assert row["text"] == text_as_read(text) == page.text
    for one in row["relations"]:
        assert one["value"] == row["text"][one["start"] : one["end"]] == one["value"].strip() != ""
        assert page.place(one["start"], one["end"]) is not None

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.evaluation import read_labelled
from kg.evaluation.labels import first_place
from shelfgraph.errors import InvalidRequestError

if TYPE_CHECKING:
    from pathlib import Path

GOOD = '{"id": "x", "text": "y", "relations": []}'
COLOR = {"relation": "COLOR", "polarity": "affirmed", "value": "red", "start": 2, "end": 5}


def _line(**changes: Any) -> str:
    return json.dumps({"id": "a", "text": "A red mug, redder", "relations": [{**COLOR, **changes}]})


def _read(path: Path, *lines: str | bytes) -> list[dict[str, Any]]:
    path.write_bytes(b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines) + b"\n")
    return list(read_labelled(path))


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("nonsense", "evaluation.row_invalid"),
        ('{"id": "a"}', "evaluation.row_invalid"),
        ("[]", "evaluation.row_invalid"),
        ("[" * 5000, "evaluation.row_invalid"),
        ('{"id": "a", "text": "b", "relations": [{"relation": 1}]}', "evaluation.row_invalid"),
        ('{"id": "a", "text": "b", "relations": {}}', "evaluation.row_invalid"),
        ('{"id": "a", "text": "b", "relations": ["COLOR"]}', "evaluation.row_invalid"),
        ('{"id": "", "text": "b", "relations": []}', "evaluation.row_invalid"),
        ('{"id": 7, "text": "b", "relations": []}', "evaluation.row_invalid"),
        (_line(value=" ", start=None, end=None), "evaluation.row_invalid"),
        ('{"id": "a", "text": "b", "relations": [], "attributes": []}', "evaluation.row_invalid"),
        ('{"id": "a", "text": "b", "relations": [], "attributes": {"Color": "b"}}', "evaluation.row_invalid"),
        ('{"id": "a", "text": "b", "relations": [], "attributes": {"Color": [" "]}}', "evaluation.row_invalid"),
        ('{"id": "a", "text": "b", "relations": [], "attributes": {"Color": ["c"]}}', "evaluation.value_not_found"),
        (GOOD, "evaluation.id_duplicate"),
        (_line(kept=None), "evaluation.row_invalid"),
        (_line(kept="false"), "evaluation.row_invalid"),
        (_line(relation="COLOUR"), "evaluation.relation_unknown"),
        (_line(polarity="denied"), "evaluation.polarity_unknown"),
        (_line(start=1), "evaluation.offsets_wrong"),
        (_line(end=99), "evaluation.offsets_wrong"),
        (_line(start=-15, end=-12), "evaluation.offsets_wrong"),
        (_line(start="2"), "evaluation.offsets_wrong"),
        (_line(start=2.0), "evaluation.offsets_wrong"),
        (_line(start=None), "evaluation.offsets_wrong"),
        (_line(start=10**30), "evaluation.offsets_wrong"),
        (_line(value="blue", start=None, end=None), "evaluation.value_not_found"),
        ('{"id": "a", "text": "half \\ud83d", "relations": []}', "evaluation.text_invalid"),
        (b'{"id": "a", "text": "half \xed\xa0\xbd", "relations": []}', "evaluation.not_utf8"),
        ('{"id": "a", "text": "é", "relations": []}'.encode("latin-1"), "evaluation.not_utf8"),
    ],
)
def test_a_bad_row_is_a_coded_error(line: str | bytes, code: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidRequestError, match=r"Line 3 of bad\.jsonl") as caught:
        _read(tmp_path / "bad.jsonl", GOOD, "", line)
    assert (caught.value.code, caught.value.details["line"]) == (code, 3)
    assert caught.value.help


def test_wrong_offsets_are_told_with_the_right_ones(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        _read(tmp_path / "bad.jsonl", _line(start=11, end=14, value="mug"))
    assert 'COLOR "mug", but the characters 11 to 14 are "red"' in caught.value.message
    assert "It stands at 6 to 9." in caught.value.help


def test_without_offsets_a_value_stands_where_it_first_does_as_words(tmp_path: Path) -> None:
    row = {"id": "a", "text": "Hundred red mugs", "relations": [{"relation": "COLOR", "polarity": "affirmed"}]}
    row["relations"][0]["value"] = " red"  # type: ignore[index]
    [read] = _read(tmp_path / "rows.jsonl", json.dumps(row))
    assert read["relations"] == [
        {"relation": "COLOR", "polarity": "affirmed", "value": "red", "start": 8, "end": 11},
    ]


@pytest.mark.parametrize(
    ("text", "value", "place"),
    [
        ("纯棉T恤男\n面料：纯棉", "纯棉", 0),
        ("Hundred red mugs, redder", "red", 8),
        ("3XL码 XL码", "XL码", 5),  # its Latin edge still is that of a word
        ("redder", "red", 0),
        ("blue", "red", -1),
    ],
)
def test_chinese_has_no_words_to_stand_alone(text: str, value: str, place: int) -> None:
    assert first_place(text, value) == place


def test_gzip_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl.gz"
    path.write_bytes(gzip.compress(b"\xef\xbb\xbf" + _line().encode()))
    assert [row["id"] for row in read_labelled(path)] == ["a"]
    path.write_bytes(gzip.compress(_line().encode() * 500)[:-20])
    with pytest.raises(InvalidRequestError) as caught:
        list(read_labelled(path))
    assert caught.value.code in {"evaluation.file_damaged", "evaluation.row_invalid"}


@pytest.mark.parametrize("content", [b"\x1f\x8b broken", b"\x1f\x8b\x08\x00" + b"\x00" * 20])
def test_damaged_gzip_is_a_coded_error(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl.gz"
    path.write_bytes(content)
    with pytest.raises(InvalidRequestError) as caught:
        list(read_labelled(path))
    assert caught.value.code == "evaluation.file_damaged"


@pytest.mark.parametrize("content", [b"", b"\n \n"])
def test_a_file_without_rows_is_a_coded_error(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(content)
    with pytest.raises(InvalidRequestError) as caught:
        list(read_labelled(path))
    assert caught.value.code == "evaluation.no_rows"


def test_a_file_that_is_not_there_is_a_coded_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        list(read_labelled(tmp_path / "absent.jsonl"))
    assert caught.value.code == "evaluation.file_unreadable"


_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(_TEXTS, st.data())
def test_right_offsets_are_taken_and_others_are_not(
    tmp_path_factory: pytest.TempPathFactory, text: str, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("labels") / "rows.jsonl"
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    moved = data.draw(st.integers(-2, len(text) + 2))
    value = text[start:end]
    label = {**COLOR, "value": value, "start": start, "end": end}
    row = {"id": "a", "text": text, "relations": [label]}
    if not value.strip():
        return
    assert _read(path, json.dumps(row)) == [row]
    row["relations"] = [{**label, "start": moved, "end": moved + len(value)}]
    if moved >= 0 and text[moved : moved + len(value)] == value:
        assert _read(path, json.dumps(row)) == [row]
    else:
        with pytest.raises(InvalidRequestError, match="characters") as caught:
            _read(path, json.dumps(row))
        assert caught.value.code == "evaluation.offsets_wrong"

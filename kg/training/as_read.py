"""Marked texts as the extractor reads them: it normalises the fields of a product, so training must do the same."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from kg.catalog import normalise
from kg.evaluation.labels import first_place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.catalog import NormalisedText
    from kg.evaluation.reading import Row


def text_as_read(text: str) -> str:
    """``text``, each line a field of a product, as the extractor reads it."""
    return "\n".join(seen.text for _, seen in _fields(text))


def as_read(row: Row) -> Row:
    """``row`` (``{text, relations, attributes}``) with its text as read, and with what is marked in that text.

    Values lose their outer spaces. What nobody can read (a label inside a tag, say, or over a line end) is left out;
    but a label at the first place of its value, where labels without offsets are, means the first that can be read.
    """
    text = text_as_read(row["text"])
    relations = []
    position = 0
    for begin, seen in _fields(row["text"]):
        for label in row["relations"]:
            start, end = label["start"] - begin, label["end"] - begin
            if start < 0 or end > seen.raw_length:
                continue
            start, end = _span(seen, start, end)
            inside = seen.text[start:end]
            if value := inside.strip():
                at = position + start + len(inside) - len(inside.lstrip())
            else:
                value = normalise(label["value"]).text.strip()
                at = _first_place(row["text"], label, text, value)
            if at >= 0:
                relations.append({**label, "value": value, "start": at, "end": at + len(value)})
        position += len(seen.text) + 1
    read = {**row, "text": text, "relations": relations}
    return {**read, "attributes": _answers(row["attributes"], text)} if "attributes" in row else read


def _first_place(raw: str, label: Row, text: str, value: str) -> int:
    """Where ``value`` first stands in one line of ``text``, if ``label`` has its first place in ``raw``; else -1."""
    if not value or "\n" in value or label["start"] != first_place(raw, label["value"]):
        return -1
    return first_place(text, value)


def _fields(text: str) -> Iterator[tuple[int, NormalisedText]]:
    """Where each line begins, and the line normalised; blank ones are left out."""
    begin = 0
    for line in text.split("\n"):
        if line.strip():
            yield begin, normalise(line)
        begin += len(line) + 1


def _answers(attributes: dict[str, list[str]], text: str) -> dict[str, list[str]]:
    answers = {}
    for name, values in attributes.items():
        read = [value for one in values if (value := normalise(one).text.strip()) and value in text]
        if read or not values:
            answers[name] = read
    return answers


def _span(seen: NormalisedText, start: int, end: int) -> tuple[int, int]:
    """What of ``seen`` was read from the raw characters from ``start`` to ``end``."""
    if seen.starts is None or seen.ends is None:
        return start, end
    return bisect_right(seen.ends, start), bisect_left(seen.starts, end)

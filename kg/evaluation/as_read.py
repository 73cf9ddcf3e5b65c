"""Marked texts as the extractor reads them: it normalises the fields of a product, and labels are of what it reads."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from kg.catalog import normalise

if TYPE_CHECKING:
    from kg.catalog import NormalisedText
    from kg.evaluation.reading import Row


def as_read(row: Row) -> Row:
    """``row`` (``{text, relations, attributes}``) with its text normalised, and with what is marked in that text.

    Values lose their outer spaces. What nobody can read (a label inside a tag, say) is left out.
    """
    seen = normalise(row["text"])
    relations = []
    for label in row["relations"]:
        start, end = _span(seen, label["start"], label["end"])
        inside = seen.text[start:end]
        if value := inside.strip():
            start += len(inside) - len(inside.lstrip())
            relations.append({**label, "value": value, "start": start, "end": start + len(value)})
    answers = {}
    for name, values in row.get("attributes", {}).items():
        read = [value for one in values if (value := normalise(one).text.strip()) and value in seen.text]
        if read or not values:
            answers[name] = read
    return {**row, "text": seen.text, "relations": relations, **({"attributes": answers} if answers else {})}


def _span(seen: NormalisedText, start: int, end: int) -> tuple[int, int]:
    """What of ``seen`` was read from the raw characters from ``start`` to ``end``."""
    if seen.starts is None or seen.ends is None:
        return start, end
    return bisect_right(seen.ends, start), bisect_left(seen.starts, end)

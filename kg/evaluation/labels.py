"""Products with marked relations: JSON lines ``{id, text, relations: [{relation, polarity, value, start, end}]}``.

A row may answer questions too: ``attributes: {name: [value, …]}``, with no value where the text does not say.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, get_args

from kg.evaluation.reading import fault, is_offset_pair, quoted, read_rows
from kg.model import Polarity
from kg.ontology import RELATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.evaluation.reading import Row

_POLARITIES: Final[tuple[str, ...]] = get_args(Polarity)
_KNOWN: Final = frozenset(RELATIONS)
_ANSWERS: Final = (
    'attributes holds the values of each name, none where the text has none: {"Color": ["red"], "Width": []}.'
)
_NEEDED: Final = (
    "Each line needs id, text and relations, each of those relation, polarity and value, all of them text; "
    "kept, if it is there, is true or false."
)
_HAN: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002ffff]")


def read_labelled(path: Path, *, unsure: bool = False) -> Iterator[Row]:
    """The rows of a file of marked products; every relation of theirs has ``start`` and ``end``.

    A label without offsets means the first place where its value stands, as whole words if there is such a place.
    What a model was not sure enough of (``kept`` is false in its predictions) is no label, unless ``unsure`` is set.

    Raises:
        InvalidRequestError: with the line and what to do: ``evaluation.row_invalid``, ``evaluation.id_duplicate``,
            ``evaluation.relation_unknown``, ``evaluation.polarity_unknown``, ``evaluation.offsets_wrong``,
            ``evaluation.value_not_found``, and whatever is wrong with the file itself.
    """
    lines: dict[str, int] = {}
    for number, row in read_rows(path):
        if not _is_labelled(row):
            raise fault("evaluation.row_invalid", path, number, "is no marked text", help=_NEEDED)
        _check_attributes(path, number, row)
        if row["id"] in lines:
            raise fault(
                "evaluation.id_duplicate",
                path,
                number,
                f"has the id {quoted(row['id'])} of line {lines[row['id']]}",
                help="Give each product one line with all of its relations.",
                first_line=lines[row["id"]],
            )
        lines[row["id"]] = number
        labels = [one for one in row["relations"] if unsure or one.get("kept", True)]
        yield {**row, "relations": [located(path, number, row["text"], one) for one in labels]}


def _is_labelled(row: Row) -> bool:
    relations = row.get("relations")
    return (
        isinstance(row.get("id"), str)
        and bool(row["id"])
        and isinstance(row.get("text"), str)
        and isinstance(relations, list)
        and all(isinstance(one, dict) and _is_label(one) and one["value"].strip() for one in relations)
    )


def _check_attributes(path: Path, number: int, row: Row) -> None:
    answers = row.get("attributes", {})
    if not isinstance(answers, dict) or not all(
        isinstance(values, list) and all(isinstance(value, str) and value.strip() for value in values)
        for values in answers.values()
    ):
        raise fault("evaluation.row_invalid", path, number, "has attributes that are no lists of values", help=_ANSWERS)
    for name, values in answers.items():
        for value in values:
            if value not in row["text"]:
                raise fault(
                    "evaluation.value_not_found",
                    path,
                    number,
                    f"answers {quoted(name)} with {quoted(value)}, which its text does not contain",
                    help="Copy the value from the text, character by character.",
                    value=value,
                )


def _is_label(label: Row) -> bool:
    texts = all(isinstance(label.get(name), str) for name in ("relation", "polarity", "value"))
    return texts and isinstance(label.get("kept", True), bool)


def located(path: Path, number: int, text: str, label: Row) -> Row:
    """``label`` with its offsets, checked; ``number`` is the line of ``path`` that it comes from."""
    value: str = label["value"]
    details: dict[str, Any] = {"relation": label["relation"], "value": value}
    if label["relation"] not in _KNOWN:
        raise fault(
            "evaluation.relation_unknown",
            path,
            number,
            f"has the relation {quoted(label['relation'])}, which does not exist",
            help=f"The relations are {', '.join(RELATIONS)}.",
            **details,
        )
    if label["polarity"] not in _POLARITIES:
        raise fault(
            "evaluation.polarity_unknown",
            path,
            number,
            f"has the polarity {quoted(label['polarity'])}, which does not exist",
            help="The polarity is affirmed, or negated where the text denies the value.",
            **details,
        )
    start, end = label.get("start"), label.get("end")
    if start is None and end is None:
        at = first_place(text, value.strip())
        if at < 0:
            raise fault(
                "evaluation.value_not_found",
                path,
                number,
                f"marks {label['relation']} {quoted(value)}, which its text does not contain",
                help="Copy the value from the text, character by character.",
                **details,
            )
        return {**label, "value": value.strip(), "start": at, "end": at + len(value.strip())}
    if not is_offset_pair(start, end, text) or text[start:end] != value:
        raise _wrong_offsets(path, number, text, label)
    return label


def first_place(text: str, value: str) -> int:
    """Where ``value`` first stands in ``text``, as whole words if there is such a place; -1 where it does not."""
    # Chinese sets its words without a gap, so there an edge of one tells nothing.
    before, after = "" if _HAN.match(value[:1]) else r"(?<!\w)", "" if _HAN.match(value[-1:]) else r"(?!\w)"
    whole = re.search(before + re.escape(value) + after, text)
    return whole.start() if whole else text.find(value)


def _wrong_offsets(path: Path, number: int, text: str, label: Row) -> Exception:
    start, end, value = label.get("start"), label.get("end"), label["value"]
    there = f"are {quoted(text[start:end])}" if is_offset_pair(start, end, text) else "are no span of its text"
    at = first_place(text, value)
    right = f"It stands at {at} to {at + len(value)}. " if at >= 0 else "The text does not contain it. "
    return fault(
        "evaluation.offsets_wrong",
        path,
        number,
        f"marks {label['relation']} {quoted(value)}, but the characters {start} to {end} {there}",
        help=f"{right}Offsets count code points, not bytes or UTF-16 units, and end after the last one; "
        "leave start and end out to mean the first place.",
        relation=label["relation"],
        value=value,
        start=start,
        end=end,
    )

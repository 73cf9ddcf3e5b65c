r"""Labels as a sheet that a person edits, and back: ``python -m kg.evaluation.sheets unfold|fold FILE``.

A sheet has a block a product: its id, its text, its labels, what a model was not sure enough
of, which counts only once its question mark is gone, and answers to questions (none: the text does not say)::

    == B01I8JLKUI
    | Hanes Women's EcoSmart Crewneck Sweatshirt, White, Small
    | Batteries not included
    BRAND: Hanes
    !INCLUDES: Batteries
    ? MEASURE: Small	(0.31)
    @Sleeve Length: long sleeve
    @Closure Type:

A value stands at its first place in the text, unless ``\t@35`` behind it says at which character.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import orjson

from kg.evaluation.labels import first_place, located, read_labelled
from kg.evaluation.reading import fault, quoted, unreadable
from shelfgraph.errors import InvalidRequestError, ShelfgraphError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.evaluation.reading import Row

_PRODUCT: Final = "== "
_TEXT: Final = "| "
_UNSURE: Final = "?"
_ANSWER: Final = "@"
_ATTRIBUTE: Final = re.compile(r"@\s*([^:：]*[^\s:：])\s*[:：]\s*(.*?)\s*")
_NAME: Final = re.compile(r"[^\s:：](?:[^\n:：]*[^\s:：])?")
_ENDS: Final = ("start", "end")
_LABEL: Final = re.compile(r"(!?)\s*([^\s:!]+)\s*[:：]\s*(.*?)(?:\t@(\d+))?(?:\t\([0-9.]*\))?\s*")


def unfold(path: Path) -> Iterator[str]:
    """The lines of the sheet of a file of labels or predictions; a value of several lines is passed over.

    Raises:
        InvalidRequestError: the file is faulty (``evaluation.…``), or a sheet cannot hold an id or the name of an
            attribute (``evaluation.sheet_invalid``).
    """
    for labelled in read_labelled(path, unsure=True):
        # Editors change carriage returns as they please, so a sheet has none.
        row = _without_returns(labelled)
        text: str = row["text"]
        yield _PRODUCT + _identity(path, row["id"])
        yield from (_TEXT + line for line in text.split("\n"))
        for label in sorted(row["relations"], key=lambda one: (not one.get("kept", True), one["start"], -one["end"])):
            if "\n" not in label["value"]:
                yield _line(text, label)
        for name, values in row.get("attributes", {}).items():
            yield from _answers(path, row["id"], name, values)
        yield ""


def fold(path: Path) -> Iterator[Row]:
    """The labelled rows of a sheet.

    Raises:
        InvalidRequestError: a line is none of those of a sheet (``evaluation.sheet_invalid``), a label is faulty, or
            the sheet is (``evaluation.file_unreadable``, ``evaluation.not_utf8``, ``evaluation.no_rows``).
    """
    block: _Block | None = None
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise unreadable(path, error) from error
    except UnicodeDecodeError as error:
        at = error.object.count(b"\n", 0, error.start) + 1
        raise fault("evaluation.not_utf8", path, at, "is not UTF-8", help="Save the file as UTF-8.") from error
    if not content.strip():
        raise InvalidRequestError(
            "evaluation.no_rows", f"{path.name} has no products.", help="Each begins with a line == and its id."
        )
    for number, line in enumerate([*content.split("\n"), _PRODUCT], 1):
        if line.startswith(_PRODUCT):
            if block is not None:
                yield block.row(path)
            block = _Block(line.removeprefix(_PRODUCT).strip())
        elif block is not None:
            block.take(path, number, line)
        elif line.strip():
            raise _no_line(path, number, line)


class _Block:
    """The lines of one product."""

    def __init__(self, identity: str) -> None:
        self._id = identity
        self._lines: list[str] = []
        self._labels: list[tuple[int, Row]] = []
        self._answers: dict[str, list[tuple[int, str]]] = {}

    def take(self, path: Path, number: int, line: str) -> None:
        if line.startswith(_TEXT.rstrip()):
            self._lines.append(line.removeprefix(_TEXT.rstrip()).removeprefix(" ").removesuffix("\r"))
        elif line.startswith(_ANSWER):
            match = _ATTRIBUTE.fullmatch(line)
            if match is None:
                raise _no_line(path, number, line)
            answers = self._answers.setdefault(match[1], [])
            if match[2]:
                answers.append((number, match[2]))
        elif line.strip() and not line.startswith(_UNSURE):
            self._labels.append((number, _label(path, number, line)))

    def row(self, path: Path) -> Row:
        text = "\n".join(self._lines)
        relations = [located(path, at, text, one) for at, one in self._labels]
        for number, value in (one for answers in self._answers.values() for one in answers):
            if value not in text:
                raise fault(
                    "evaluation.value_not_found",
                    path,
                    number,
                    f"answers with {quoted(value)}, which its text does not contain",
                    help="Copy the value from the text, character by character.",
                    value=value,
                )
        row: Row = {"id": self._id, "text": text, "relations": relations}
        attributes = {name: [value for _, value in answers] for name, answers in self._answers.items()}
        return {**row, "attributes": attributes} if attributes else row


def main() -> None:
    """Read the arguments, and write to standard output."""
    parser = argparse.ArgumentParser(description="Labels as a sheet that a person edits, and back.")
    parser.add_argument("direction", choices=("unfold", "fold"))
    parser.add_argument("file", type=Path)
    arguments = parser.parse_args()
    out = sys.stdout.buffer
    try:
        if arguments.direction == "unfold":
            out.writelines(f"{line}\n".encode() for line in unfold(arguments.file))
        else:
            out.writelines(orjson.dumps(row) + b"\n" for row in list(fold(arguments.file)))
        out.flush()
    except ShelfgraphError as error:
        sys.exit(f"Error: {error} [{error.code}]")
    except BrokenPipeError:  # `… unfold labels.jsonl | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _without_returns(row: Row) -> Row:
    text: str = row["text"]
    if "\r" not in text:
        return row
    relations = [
        {**one, "value": _plain(one["value"]), **{name: one[name] - text.count("\r\n", 0, one[name]) for name in _ENDS}}
        for one in row["relations"]
    ]
    answers = {name: [_plain(value) for value in values] for name, values in row.get("attributes", {}).items()}
    return {**row, "text": _plain(text), "relations": relations, "attributes": answers}


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _identity(path: Path, identity: str) -> str:
    if " ".join(identity.split()) != identity:
        raise InvalidRequestError(
            "evaluation.sheet_invalid",
            f"A product of {path.name} has an id that a sheet cannot hold, {quoted(identity)}.",
            help="Give it an id of one line without outer spaces, tabs, or two spaces in a row.",
        )
    return identity


def _answers(path: Path, identity: str, name: str, values: list[str]) -> Iterator[str]:
    if not _NAME.fullmatch(name):
        raise InvalidRequestError(
            "evaluation.sheet_invalid",
            f"The product {quoted(identity)} of {path.name} has an attribute that a sheet cannot name, {quoted(name)}.",
            help="Give it a name of one line without a colon, which stands between name and value in a sheet.",
        )
    yield from (f"{_ANSWER}{name}: {value}" for value in values if "\n" not in value)
    if not values:
        yield f"{_ANSWER}{name}:"


def _line(text: str, label: Row) -> str:
    negated = "!" if label["polarity"] == "negated" else ""
    value = label["value"].strip()
    start = label["start"] + label["value"].index(value)
    place = "" if start == first_place(text, value) else f"\t@{start}"
    if label.get("kept", True):
        return f"{negated}{label['relation']}: {value}{place}"
    confidence = label.get("confidence")
    told = f"\t({confidence:.2f})" if isinstance(confidence, int | float) else ""
    return f"{_UNSURE} {negated}{label['relation']}: {value}{place}{told}"


def _label(path: Path, number: int, line: str) -> Row:
    match = _LABEL.fullmatch(line)
    if match is None or not match[3]:
        raise _no_line(path, number, line)
    negated, relation, value, start = match.groups()
    label: Row = {"relation": relation, "polarity": "negated" if negated else "affirmed", "value": value}
    return label if start is None else {**label, "start": int(start), "end": int(start) + len(value)}


def _no_line(path: Path, number: int, line: str) -> ShelfgraphError:
    return fault(
        "evaluation.sheet_invalid",
        path,
        number,
        f"is {quoted(line)}",
        help='A line is "== id", "| text", "RELATION: value", "!RELATION: value" where denied, "@Attribute: value", '
        'or begins with "?".',
    )


if __name__ == "__main__":
    main()

r"""Labels as a sheet that a person edits, and back: ``python -m kg.evaluation.sheets unfold|fold FILE``.

A sheet has a block a product: its id, its text, its labels, and what a model was not sure enough of, which counts only
once its question mark is gone::

    == B01I8JLKUI
    | Hanes Women's EcoSmart Crewneck Sweatshirt, White, Small
    | Batteries not included
    BRAND: Hanes
    !INCLUDES: Batteries
    ? MEASURE: Small	(0.31)

A value stands at its first place in the text, unless ``\t@35`` behind it says at which character.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from kg.evaluation.labels import first_place, located, read_labelled
from kg.evaluation.reading import fault, quoted
from shelfgraph.errors import ShelfgraphError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.evaluation.reading import Row

_PRODUCT: Final = "== "
_TEXT: Final = "| "
_UNSURE: Final = "?"
_LABEL: Final = re.compile(r"(!?)\s*([^\s:!]+)\s*[:：]\s*(.*?)(?:\t@(\d+))?(?:\t\([0-9.]*\))?\s*")


def unfold(path: Path) -> Iterator[str]:
    """The lines of the sheet of a file of labels or predictions; a value of several lines is passed over.

    Raises:
        InvalidRequestError: the file is faulty (``evaluation.…``).
    """
    for row in read_labelled(path, unsure=True):
        text: str = row["text"]
        yield _PRODUCT + " ".join(row["id"].split())
        yield from (_TEXT + line for line in text.split("\n"))
        for label in sorted(row["relations"], key=lambda one: (not one.get("kept", True), one["start"], -one["end"])):
            if "\n" not in label["value"]:
                yield _line(text, label)
        yield ""


def fold(path: Path) -> Iterator[Row]:
    """The labelled rows of a sheet.

    Raises:
        InvalidRequestError: a line is none of those of a sheet (``evaluation.sheet_invalid``), or a label is faulty.
    """
    row: dict[str, Any] = {}
    lines: list[str] = []
    labels: list[tuple[int, Row]] = []
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = error.object.count(b"\n", 0, error.start) + 1
        raise fault("evaluation.not_utf8", path, at, "is not UTF-8", help="Save the file as UTF-8.") from error
    for number, line in enumerate([*content.split("\n"), _PRODUCT], 1):
        if line.startswith(_PRODUCT):
            if row:
                text = "\n".join(lines)
                yield {**row, "text": text, "relations": [located(path, at, text, one) for at, one in labels]}
            row, lines, labels = {"id": line.removeprefix(_PRODUCT).strip()}, [], []
        elif not row and line.strip():
            raise _no_line(path, number, line)
        elif line.startswith(_TEXT.rstrip()):
            lines.append(line.removeprefix(_TEXT.rstrip()).removeprefix(" ").removesuffix("\r"))
        elif line.strip() and not line.startswith(_UNSURE):
            labels.append((number, _label(path, number, line)))


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
    except ShelfgraphError as error:
        sys.exit(f"Error: {error} [{error.code}]")


def _line(text: str, label: Row) -> str:
    negated = "!" if label["polarity"] == "negated" else ""
    place = "" if label["start"] == first_place(text, label["value"]) else f"\t@{label['start']}"
    if label.get("kept", True):
        return f"{negated}{label['relation']}: {label['value']}{place}"
    return f"{_UNSURE} {negated}{label['relation']}: {label['value']}{place}\t({label.get('confidence', 0.0):.2f})"


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
        help='A line is "== id", "| text", "RELATION: value", "!RELATION: value" where denied, or begins with "?".',
    )


if __name__ == "__main__":
    main()

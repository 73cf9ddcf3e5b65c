"""What commands print: JSON for programs, tables for people. Text of the catalogue is data, never markup."""

from __future__ import annotations

import json
import sys
import unicodedata
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from shelfgraph.errors import ShelfgraphError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_HARMLESS = frozenset("\n\t")


class _Mode:
    json = False


def _set_json(value: bool) -> bool:
    _Mode.json = value
    return value


JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.", callback=_set_json, is_eager=True)]


def console() -> Console:
    """The terminal for people; a width of its own where the output is a file."""
    return Console(highlight=False, soft_wrap=not sys.stdout.isatty())


def progress_console() -> Console:
    """Where bars are drawn: standard error, so that the output stays clean."""
    return Console(stderr=True, highlight=False)


def plain(value: object) -> str:
    """Any value as harmless text: no control characters, so that a feed cannot steer a terminal."""
    if value is None:
        return ""
    return "".join(
        "\ufffd" if unicodedata.category(one) in {"Cc", "Cs"} and one not in _HARMLESS else one for one in str(value)
    )


def show_json(value: Any) -> None:  # noqa: ANN401 - any JSON
    """Print a value as JSON."""
    print(json.dumps(value, ensure_ascii=not _speaks_utf8(), indent=2))


def show_line(text: str, *, style: str = "") -> None:
    """Print one line."""
    console().print(Text(plain(text), style=style))


def show_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str = "Nothing found.") -> None:
    """Print rows under their columns."""
    table = Table(header_style="bold", box=None, pad_edge=False)
    cells = [[plain(cell) for cell in row] for row in rows]
    for number, column in enumerate(columns):
        # What identifies a row is to be copied, so it is never cut.
        width = max((len(row[0]) for row in cells), default=0) if number == 0 else None
        table.add_column(column, min_width=width, overflow="fold")
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    if table.row_count:
        console().print(table)
    else:
        show_line(empty)


def show_error(error: ShelfgraphError) -> None:
    """Print an error: its JSON where JSON was asked for, else one sentence with its code on standard error."""
    if _Mode.json:
        show_json(error.problem())
        return
    text = Text("Error: ", style="bold red")
    text.append(plain(str(error)), style="default")
    text.append(f" [{plain(error.code)}]", style="dim")
    progress_console().print(text, soft_wrap=True)


def not_available(command: str, what: str) -> ShelfgraphError:
    """The error of a command for a part that this version lacks."""
    return ShelfgraphError(
        "cli.not_available", f"`shelfgraph {command}` is not in this version: it has no {what}.", command=command
    )


def _speaks_utf8() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"

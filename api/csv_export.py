"""A text as CSV for spreadsheets, where no cell can start a formula."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kg.model import Text

_COLUMNS: Final = ("product_id", "channel", "language", "state", "part", "kind", "text", "origin", "text_id")
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def text_as_csv(text: Text) -> str:
    """One line a part, RFC 4180, with the mark that makes spreadsheets read UTF-8."""
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    channel = str(text.request.get("channel", ""))
    for position, part in enumerate(text.parts, start=1):
        row = (text.product_id, channel, text.language, text.state, position, part.kind, part.text, part.origin)
        writer.writerow([_cell(str(value)) for value in (*row, text.text_id)])
    return "\ufeff" + sheet.getvalue()


def _cell(value: str) -> str:
    """The value, with an apostrophe before what a spreadsheet would compute (also behind blanks)."""
    return f"'{value}" if value.lstrip(" \u00a0").startswith(_FORMULA_STARTS) or value[:1] in "\t\r\n" else value

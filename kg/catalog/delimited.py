"""CSV and TSV with a header, read record by record and back in step after a broken quote."""

from __future__ import annotations

import csv
from collections import deque
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from kg.catalog.json_feed import too_large
from kg.catalog.rows import RawRow, RejectedRow, rejected
from kg.catalog.streams import bounded_lines
from shelfgraph.errors import FeedError, RowError

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

_MAX_COLUMNS: Final = 2000


class _RecordTooLongError(Exception):
    """A quoted field that goes on beyond the limit of a row."""


class _Lines:
    """The lines csv asks for, remembered until the record is done so that a broken one can be given back."""

    def __init__(self, feed: io.BufferedReader, max_row_bytes: int) -> None:
        self._feed = bounded_lines(feed, max_row_bytes)
        self._limit = max_row_bytes
        self._returned: deque[tuple[int, bytes, bool]] = deque()
        self.taken: list[tuple[int, bytes, bool]] = []
        self._size = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        item = self._returned.popleft() if self._returned else next(self._feed)
        self.taken.append(item)
        self._size += len(item[1])
        if self._size > self._limit or not item[2]:
            raise _RecordTooLongError
        return item[1].replace(b"\x00", b"").decode("utf-8", errors="surrogateescape")

    def start(self) -> None:
        """A record begins."""
        self.taken = []
        self._size = 0

    def give_back(self) -> None:
        """All lines of this record but the first come again."""
        self._returned.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]

    @property
    def raw(self) -> bytes:
        return b"".join(line for _, line, _ in self.taken)


def delimiter_of(header: str, *, tabs: bool) -> str:
    """The delimiter of a header line: the one of comma, semicolon and bar that is in it most often, or the tab."""
    if tabs:
        return "\t"
    outside = "".join(header.split('"')[::2])
    return max(",;|", key=outside.count)


def read_delimited(feed: io.BufferedReader, max_row_bytes: int, *, tabs: bool) -> Iterator[RawRow | RejectedRow]:
    """The records under the header, each as a dict by column name; an empty cell is left out.

    Raises:
        FeedError: the header cannot be read.
    """
    csv.field_size_limit(max(csv.field_size_limit(), max_row_bytes))
    lines = _Lines(feed, max_row_bytes)
    columns, delimiter = _header(lines, tabs=tabs)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.start()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except _RecordTooLongError:
            yield _overlong(lines, max_row_bytes)
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            continue
        except csv.Error as error:
            lines.give_back()
            reason = f"The row cannot be read: {error}; look for a quote that is not closed or not doubled."
            yield rejected(lines.taken[0][0], lines.raw, RowError("catalog.row_invalid", reason))
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            continue
        if any(cells):
            yield _record(lines, columns, cells)


def _header(lines: _Lines, *, tabs: bool) -> tuple[list[str], str]:
    lines.start()
    try:
        text = next(line for line in lines if line.strip())
        delimiter = delimiter_of(text, tabs=tabs)
        columns = [name.strip() for name in next(csv.reader([text], delimiter=delimiter, strict=True))]
    except (_RecordTooLongError, csv.Error, StopIteration):
        columns, delimiter, text = [], ",", ""
    named = list(takewhile(bool, columns))
    if not named or len(columns) > _MAX_COLUMNS or any("\udc80" <= letter <= "\udcff" for letter in text):
        raise FeedError(
            "catalog.feed_header_invalid",
            "The first line is no header of column names.",
            help="Put the names of the columns on the first line, in UTF-8.",
        )
    return columns, delimiter


def _overlong(lines: _Lines, max_row_bytes: int) -> RejectedRow:
    first = lines.taken[0]
    if len(lines.taken) == 1:
        return rejected(first[0], first[1], too_large(max_row_bytes))
    lines.give_back()
    reason = f"A quoted field does not end within {max_row_bytes:,} bytes: its closing quote is missing."
    return rejected(first[0], first[1], RowError("catalog.row_too_large", reason))


def _record(lines: _Lines, columns: list[str], cells: list[str]) -> RawRow | RejectedRow:
    number = lines.taken[0][0]
    if len(cells) != len(columns):
        reason = f"The row has {len(cells)} cells, the header {len(columns)}."
        return rejected(number, lines.raw, RowError("catalog.row_invalid", reason))
    values: dict[str, object] = {name: cell for name, cell in zip(columns, cells, strict=True) if name and cell.strip()}
    broken = (
        next((name for name, cell in values.items() if any("\udc80" <= c <= "\udcff" for c in str(cell))), None)
        if not lines.raw.isascii()
        else None
    )
    if broken is not None:
        error = RowError("catalog.encoding_invalid", f"Column {broken!r} is not UTF-8.", field=broken)
        return rejected(number, lines.raw, error)
    return RawRow(number, values, lines.raw)

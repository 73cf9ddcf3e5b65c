"""JSON Lines, and JSON arrays cut into their elements without reading them whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import orjson

from kg.catalog.rows import RawRow, RejectedRow, rejected
from kg.catalog.streams import bounded_lines
from shelfgraph.errors import FeedError, RowError

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

_CHUNK: Final = 256 * 1024
_STRUCTURE: Final = re.compile(rb'["{}\[\]]')
_STRING_STOP: Final = re.compile(rb'["\\]')
# {"products": [...]}, as Shopify's product JSON and many exports have it
_WRAPPER: Final = re.compile(rb'\s*\{\s*"(?:products|items|reviews|results|data)"\s*:\s*\[')


def read_jsonl(feed: io.BufferedReader, max_row_bytes: int) -> Iterator[RawRow | RejectedRow]:
    """One object a line; blank lines are passed over."""
    for number, line, whole in bounded_lines(feed, max_row_bytes):
        if not whole:
            yield rejected(number, line, too_large(max_row_bytes))
        elif body := line.replace(b"\x00", b"").strip():
            yield _parsed(number, body)


def read_json(feed: io.BufferedReader, max_row_bytes: int) -> Iterator[RawRow | RejectedRow]:
    """The elements of an array (bare, or the first member of an object), or objects one after the other.

    Raises:
        FeedError: the array does not end.
    """
    for number, (element, whole) in enumerate(_Splitter(max_row_bytes).elements(feed), start=1):
        if whole:
            yield _parsed(number, element)
        else:
            yield rejected(number, element, too_large(max_row_bytes))


def too_large(max_row_bytes: int) -> RowError:
    """The error of a row over the limit."""
    return RowError("catalog.row_too_large", f"The row is larger than {max_row_bytes:,} bytes.")


def _parsed(number: int, body: bytes) -> RawRow | RejectedRow:
    try:
        values = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        try:
            body.decode()
        except UnicodeDecodeError as broken:
            reason = f"The row is not UTF-8: byte {broken.start + 1} is 0x{body[broken.start]:02x}."
            return rejected(number, body, RowError("catalog.encoding_invalid", reason))
        return rejected(number, body, RowError("catalog.row_invalid", f"The row is not valid JSON: {error}."))
    if not isinstance(values, dict):
        return rejected(number, body, RowError("catalog.row_invalid", "The row is not a JSON object."))
    return RawRow(number, values, body)


class _Splitter:
    """Cuts a byte stream at the ends of its elements; holds one element, up to the limit."""

    def __init__(self, max_row_bytes: int) -> None:
        self._limit = max_row_bytes
        self._parts: list[bytes] = []
        self._size = 0
        self._base = 0
        self._depth = 0
        self._in_string = False
        self._escaped = False
        self._ended = False

    def elements(self, feed: io.BufferedReader) -> Iterator[tuple[bytes, bool]]:
        chunk = feed.read1(_CHUNK)
        if opening := _WRAPPER.match(chunk) or re.match(rb"\s*\[", chunk):
            self._base = self._depth = 1
            chunk = chunk[opening.end() :]
        while chunk and not self._ended:
            yield from self._cut(chunk)
            if not self._ended:
                chunk = feed.read1(_CHUNK)
        if not self._ended and (self._base or self._depth):
            raise FeedError(
                "catalog.feed_truncated",
                "The JSON ends in the middle: it was cut on its way.",
                help="Send it again; the rows before the cut were taken.",
            )
        yield from self._gap()

    def _cut(self, chunk: bytes) -> Iterator[tuple[bytes, bool]]:
        start = position = 0
        while position < len(chunk):
            if self._in_string:
                position = self._through_string(chunk, position)
                continue
            found = _STRUCTURE.search(chunk, position)
            if found is None:
                break
            position = found.end()
            mark = found.group()
            if mark == b'"':
                self._in_string = True
            elif mark in b"{[":
                if self._depth == self._base:
                    self._keep(chunk[start : found.start()])
                    yield from self._gap()
                    start = found.start()
                self._depth += 1
            else:
                self._depth -= 1
                if self._depth == self._base:
                    self._keep(chunk[start:position])
                    yield self._taken()
                    start = position
                elif self._depth < self._base:
                    self._keep(chunk[start : found.start()])
                    self._ended = True
                    return
        self._keep(chunk[start:])

    def _through_string(self, chunk: bytes, position: int) -> int:
        if self._escaped:
            self._escaped = False
            return position + 1
        found = _STRING_STOP.search(chunk, position)
        if found is None:
            return len(chunk)
        if found.group() == b'"':
            self._in_string = False
        else:
            self._escaped = True
        return found.end()

    def _keep(self, part: bytes) -> None:
        self._size += len(part)
        if self._size <= self._limit:
            self._parts.append(part)
        elif len(self._parts) == 0:
            self._parts.append(part[: self._limit])

    def _taken(self) -> tuple[bytes, bool]:
        element, whole = b"".join(self._parts), self._size <= self._limit
        self._parts, self._size = [], 0
        return element, whole

    def _gap(self) -> Iterator[tuple[bytes, bool]]:
        """What stands between two elements: only white space and commas may."""
        between, whole = self._taken()
        if stray := between.strip(b" \t\r\n,\x00"):
            yield stray, whole

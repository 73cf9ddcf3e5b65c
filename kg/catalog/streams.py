"""From the bytes sent to bytes to parse: gzip opened, size and ratio limited, UTF-8, lines of bounded length."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from typing import TYPE_CHECKING, BinaryIO, cast

from shelfgraph.errors import FeedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed import WriteableBuffer

    from kg.catalog.rows import FeedLimits

_GZIP = b"\x1f\x8b"
_BUFFER = 256 * 1024
_SAMPLE = 64 * 1024
_NOT_TEXT = (
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "a database file"),
)


class _Counted(io.RawIOBase):
    """A source whose bytes are counted as they are read."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        chunk = self._source.read(len(view))
        view[: len(chunk)] = chunk
        self.count += len(chunk)
        return len(chunk)


class _Limited(io.RawIOBase):
    """The feed's plain bytes; what is wrong with the feed itself is raised as a `FeedError`."""

    def __init__(
        self, source: gzip.GzipFile | io.BufferedReader, compressed: _Counted | None, limits: FeedLimits
    ) -> None:
        self._source = source
        self._compressed = compressed
        self._limits = limits
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        try:
            # one read, not as many as fill the buffer: what came before a fault must get out
            chunk = self._source.read1(len(view))
        except EOFError:
            raise FeedError(
                "catalog.feed_truncated",
                "The gzip file ends before its end: it was cut on its way.",
                help="Send it again; the rows before the cut were taken.",
            ) from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise FeedError(
                "catalog.feed_corrupt", f"The gzip file is damaged ({error}).", help="Compress and send it again."
            ) from None
        view[: len(chunk)] = chunk
        self._count += len(chunk)
        self._check()
        return len(chunk)

    def _check(self) -> None:
        limits = self._limits
        if self._count > limits.max_bytes:
            raise FeedError(
                "catalog.feed_too_large",
                f"The feed is larger than {limits.max_bytes:,} bytes.",
                help="Split it, or raise SHELFGRAPH_IMPORT_MAX_BYTES.",
            )
        if (
            self._compressed is not None
            and self._count > limits.ratio_from_bytes
            and self._count > self._compressed.count * limits.max_ratio
        ):
            raise FeedError(
                "catalog.feed_bomb",
                f"The gzip file grows more than {limits.max_ratio} times when opened, which no catalogue does.",
                help="Send the feed uncompressed if it really is one.",
            )


class _Recoded(io.RawIOBase):
    """Bytes of another encoding as UTF-8; what cannot be decoded becomes a byte that is no UTF-8, and is found."""

    def __init__(self, source: io.BufferedReader, encoding: str) -> None:
        self._source = source
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._ready = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        while not self._ready and not self._ended:
            chunk = self._source.read(_BUFFER)
            self._ended = not chunk
            text = self._decoder.decode(chunk, final=self._ended)
            self._ready = text.encode("utf-8", errors="replace").replace("\ufffd".encode(), b"\xff")
        chunk, self._ready = self._ready[: len(view)], self._ready[len(view) :]
        view[: len(chunk)] = chunk
        return len(chunk)


def open_feed(source: BinaryIO, limits: FeedLimits) -> io.BufferedReader:
    """The feed as plain UTF-8 bytes without byte order mark, within ``limits``; reading raises `FeedError`.

    Raises:
        FeedError: the feed is empty, or no text at all.
    """
    counted = _Counted(source)
    outer = _buffered(counted)
    compressed = outer.peek(2)[:2] == _GZIP
    plain = gzip.GzipFile(fileobj=outer, mode="rb") if compressed else outer
    feed = _buffered(_Limited(plain, counted if compressed else None, limits))
    head = feed.peek(_SAMPLE)[:_SAMPLE]
    if not head.strip(b" \t\r\n\xef\xbb\xbf"):
        raise FeedError("catalog.feed_empty", "The feed is empty.", help="Send at least one row.")
    for encoding, mark in (("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", codecs.BOM_UTF16_BE)):
        if head.startswith(mark):
            feed.read(len(mark))
            return _buffered(_Recoded(feed, encoding))
    _check_text(head)
    if head.startswith(codecs.BOM_UTF8):
        feed.read(len(codecs.BOM_UTF8))
    return feed


def _buffered(raw: io.RawIOBase) -> io.BufferedReader:
    return cast("io.BufferedReader", io.BufferedReader(raw, _BUFFER))


def _check_text(head: bytes) -> None:
    for magic, what in _NOT_TEXT:
        if head.startswith(magic):
            raise FeedError(
                "catalog.feed_not_text",
                f"The feed is {what}, not text.",
                help="Send JSONL, JSON, CSV, TSV or XML, plain or as gzip.",
            )
    strange = sum(head.count(bytes((byte,))) for byte in range(9)) + head.count(b"\x7f")
    if strange * 10 > len(head):
        raise FeedError(
            "catalog.feed_not_text",
            "The feed cannot be read as text: it is in UTF-16 without a byte order mark, or in no text encoding.",
            help="Save it as UTF-8.",
        )


def bounded_lines(feed: io.BufferedReader, max_bytes: int) -> Iterator[tuple[int, bytes, bool]]:
    """The lines of ``feed`` as (number from 1, bytes with the line's end, whole).

    A line longer than ``max_bytes`` comes cut to it, with ``whole`` False; its rest is passed over.
    """
    number = 0
    while line := feed.readline(max_bytes + 1):
        number += 1
        if len(line) <= max_bytes or line.endswith(b"\n"):
            yield number, line, True
            continue
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = feed.readline(_BUFFER)
        yield number, line[:max_bytes], False

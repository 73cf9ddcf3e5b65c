"""The first pass over a feed: how many rows, which ids, which rows a later one replaces; in constant memory."""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Self

from kg.catalog.reading import read_products, read_reviews
from kg.catalog.rows import ProductRow, RejectedRow, ReviewRow
from shelfgraph.errors import FeedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import TracebackType

    from kg.catalog.fields import Kind
    from kg.catalog.rows import FeedFormat, FeedLimits

_BATCH: Final = 2000
_SCHEMA: Final = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -16000;
CREATE TABLE last (id BLOB PRIMARY KEY, line INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE superseded (line INTEGER PRIMARY KEY) WITHOUT ROWID;
"""


class FeedScan:
    """What a first pass found; use it as a context manager, its temporary file goes at the end.

    Attributes:
        rows: rows read, the refused ones too.
        rejected: rows refused by themselves, without those that a later row replaces.
        fault: what is wrong with the feed itself, or None; the rest tells of the rows before it.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="shelfgraph-scan-")
        self._database = sqlite3.connect(
            Path(self._folder.name) / "scan.db", isolation_level=None, check_same_thread=False
        )
        self._database.executescript(_SCHEMA)
        self.rows = 0
        self.rejected = 0
        self.fault: FeedError | None = None
        self._superseded = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Removes the temporary file."""
        self._database.close()
        self._folder.cleanup()

    @property
    def superseded_count(self) -> int:
        """Rows that a later row of the same id replaces."""
        return self._superseded

    def superseded(self, line: int) -> bool:
        """Whether the row on this line is replaced by a later one of the same id."""
        if not self._superseded:
            return False
        return self._database.execute("SELECT 1 FROM superseded WHERE line = ?", (line,)).fetchone() is not None

    def has_id(self, row_id: str) -> bool:
        """Whether the feed has a usable row of this product (of this review, in a feed of reviews)."""
        return self._database.execute("SELECT 1 FROM last WHERE id = ?", (_key(row_id),)).fetchone() is not None

    def take(self, rows: Iterable[ProductRow | ReviewRow | RejectedRow]) -> None:
        """Goes through all rows; a `FeedError` ends it and is kept as ``fault``."""
        pending: list[tuple[bytes, int]] = []
        self._database.execute("BEGIN")
        try:
            for row in rows:
                self.rows += 1
                if isinstance(row, RejectedRow):
                    self.rejected += 1
                    continue
                row_id = row.product.product_id if isinstance(row, ProductRow) else row.review.review_id
                pending.append((_key(row_id), row.line))
                if len(pending) >= _BATCH:
                    self._store(pending)
        except FeedError as error:
            self.fault = error
        self._store(pending)
        self._database.execute("COMMIT")
        self._superseded = self._database.execute("SELECT count(*) FROM superseded").fetchone()[0]

    def _store(self, pending: list[tuple[bytes, int]]) -> None:
        find, put = "SELECT line FROM last WHERE id = ?", "INSERT OR REPLACE INTO last VALUES (?, ?)"
        execute = self._database.execute
        for key, line in pending:
            earlier = execute(find, (key,)).fetchone()
            if earlier is not None:
                execute("INSERT INTO superseded VALUES (?)", earlier)
            execute(put, (key, line))
        pending.clear()


def scan(
    source: BinaryIO,
    *,
    kind: Kind = "products",
    format: FeedFormat | None = None,  # noqa: A002 - the word of the API and the CLI
    mapping: Mapping[str, str] | None = None,
    limits: FeedLimits | None = None,
) -> FeedScan:
    """Reads the feed once, to its end or its fault; the arguments are those of the readers.

    Raises:
        InvalidRequestError: ``catalog.mapping_invalid``.
    """
    found = FeedScan()
    try:
        if kind == "products":
            found.take(read_products(source, format=format, mapping=mapping, limits=limits, detect=False))
        else:
            found.take(read_reviews(source, format=format, mapping=mapping, limits=limits))
    except BaseException:
        found.close()
        raise
    return found


def _key(row_id: str) -> bytes:
    return hashlib.blake2b(row_id.encode(errors="surrogatepass"), digest_size=16).digest()

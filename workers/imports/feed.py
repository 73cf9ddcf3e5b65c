"""The stored body of an import, opened, scanned and read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from kg.catalog import FeedLimits, fetch, read_products, read_reviews, scan
from workers.imports.batches import FeedBatches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from kg.catalog import FeedFormat, FeedScan, ProductRow, RejectedRow, ReviewRow
    from kg.graph import Import
    from shelfgraph.blobs import Blobs
    from shelfgraph.settings import Settings
    from workers.imports.batches import Row

_CHUNK: Final = 1 << 20


class Feed:
    """What was accepted, as its format and mapping say to read it.

    Args:
        imported: the import; without a stored body, ``source_name`` is the address to fetch it from.
        blobs: where bodies are stored.
        settings: for the limits.
    """

    def __init__(self, imported: Import, blobs: Blobs, settings: Settings) -> None:
        self._import = imported
        self._blobs = blobs
        self._settings = settings
        self._format = cast("FeedFormat | None", imported.format)  # the API let in no other
        self._limits = FeedLimits(max_bytes=settings.import_max_bytes, max_row_bytes=settings.import_max_row_bytes)
        self._blob = imported.blob or f"imports/{imported.import_id}/body"

    def store(self) -> None:
        """Fetch the body once, so that every later attempt reads the same rows.

        Raises:
            CatalogError, InvalidRequestError: the address is refused, does not answer, or sends too much.
        """
        if self._import.blob or self._blobs.exists(self._blob):
            return
        settings = self._settings
        with fetch(
            self._import.source_name,
            allow_private=settings.import_allow_private_urls,
            max_bytes=settings.import_max_upload_bytes,
            timeout=settings.import_url_timeout,
        ) as source:
            self._blobs.put(self._blob, _chunks(source))

    def scan(self) -> FeedScan:
        """Look through the whole feed once: how many rows, and which ids come again."""
        one = self._import
        with self._blobs.open(self._blob) as source:
            return scan(source, kind=one.kind, format=self._format, mapping=one.mapping, limits=self._limits)

    def products(self, scanned: FeedScan) -> FeedBatches[ProductRow]:
        """The batches of a feed of products that are still to be written."""
        return self._batches(self._rows(read_products), scanned)

    def reviews(self, scanned: FeedScan) -> FeedBatches[ReviewRow]:
        """The batches of a feed of reviews that are still to be written."""
        return self._batches(self._rows(read_reviews), scanned)

    def _rows(self, read: Callable[..., Iterator[Row | RejectedRow]]) -> Iterator[Row | RejectedRow]:
        one = self._import
        with self._blobs.open(self._blob) as source:
            yield from read(source, format=self._format, mapping=one.mapping, limits=self._limits)

    def _batches(self, rows: Iterator[Row | RejectedRow], scanned: FeedScan) -> FeedBatches[Row]:
        return FeedBatches(
            rows, size=self._settings.import_batch, after_line=self._import.line, superseded=scanned.superseded
        )


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    while chunk := source.read(_CHUNK):
        yield chunk

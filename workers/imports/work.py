"""One attempt at an import: what is read, in which order, and what is committed with what."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import orjson

from kg.catalog import RejectedRow
from kg.graph.counters import SEQUENCE_STRIDE
from kg.ingestion import SequencedProduct, SequencedReview
from shelfgraph.broker import job_channel
from workers.imports.deletions import missing_products, require_consent
from workers.imports.feed import Feed
from workers.imports.rejected import RejectedRows
from workers.imports.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from kg.catalog import FeedScan, ProductRow, ReviewRow
    from kg.graph import Import, ImportCheckpoint, ReviewReceipt
    from kg.ingestion import CheckpointOf
    from shelfgraph.errors import FeedError
    from workers.imports.batches import Batch, FeedBatches
    from workers.lease import Lease
    from workers.services import WorkerServices


class ImportWork:
    """An import that this worker holds.

    Args:
        imported: as it was when it was claimed, with its checkpoint.
        services: what to work with.
        worker: who holds it.
        lease: asked before each batch whether it is still ours.
    """

    def __init__(self, imported: Import, services: WorkerServices, *, worker: str, lease: Lease) -> None:
        self._import = imported
        self._services = services
        self._worker = worker
        self._lease = lease
        self._feed = Feed(imported, services.blobs, services.settings)
        self._rejected = RejectedRows(services.blobs, imported.import_id)

    def run(self) -> FeedError | None:
        """Bring what is left of the feed into the graph.

        Returns:
            what is wrong with the feed itself; the rows before that are in.

        Raises:
            LeaseLostError: somebody cancelled it or took it over.
            ConflictError: ``catalog.deletions_need_consent``; nothing was written.
            ShelfgraphError: it cannot be read at all.
        """
        self._feed.store()
        self._rejected.discard_after(self._import.line)
        with self._feed.scan() as scanned:
            self._lease.check()
            full = self._import.kind == "products" and self._import.mode == "full" and scanned.fault is None
            if full and self._import.line == 0:
                limit = self._services.settings.import_deletion_limit
                require_consent(self._services.graph, self._import, scanned, limit=limit)
            tally = Tally(self._import, total_rows=scanned.rows, worker=self._worker)
            if self._import.kind == "products":
                fault = self._write_products(self._feed.products(scanned), tally)
            else:
                fault = self._write_reviews(self._feed.reviews(scanned), tally)
            if full and fault is None:
                self._delete(scanned, tally)
        return fault

    def _write_products(self, batches: FeedBatches[ProductRow], tally: Tally) -> FeedError | None:
        def prepared() -> Generator[tuple[list[SequencedProduct], CheckpointOf]]:
            for batch in batches:
                self._lease.check()
                self._rejected.put(batch.after_line, batch.rejected)
                rows = [SequencedProduct(self._sequence(row.line), row.product) for row in batch.rows]
                yield rows, _counting(tally, batch)

        with closing(prepared()) as stream:
            for outcome in self._services.writer.write_stream(stream):
                self._signal(tally, outcome.receipt.version)
        return batches.fault

    def _write_reviews(self, batches: FeedBatches[ReviewRow], tally: Tally) -> FeedError | None:
        for batch in batches:
            self._lease.check()
            receipt = self._services.writer.write_reviews(
                [SequencedReview(self._sequence(row.line), row.review) for row in batch.rows],
                checkpoint=self._counting_reviews(tally, batch),
            )
            self._signal(tally, receipt.version)
        return batches.fault

    def _counting_reviews(self, tally: Tally, batch: Batch[ReviewRow]) -> Callable[[ReviewReceipt], ImportCheckpoint]:
        before = tally.counts

        def checkpoint(receipt: ReviewReceipt) -> ImportCheckpoint:
            unknown = set(receipt.unknown_product)
            orphans = [_orphan(row) for row in batch.rows if row.review.review_id in unknown]
            rejected = sorted([*batch.rejected, *orphans], key=lambda row: row.line)
            self._rejected.put(batch.after_line, rejected)
            tally.counts = before  # the transaction may be tried again
            return tally.after(
                batch.line,
                read=batch.read,
                changed=receipt.changed,
                unchanged=receipt.unchanged,
                rejected=len(rejected),
            )

        return checkpoint

    def _delete(self, scanned: FeedScan, tally: Tally) -> None:
        """Delete what the feed no longer has; its rows are all in, so the checkpoint's line stays where it is."""
        sequence = self._sequence(SEQUENCE_STRIDE - 1)
        for product_ids in missing_products(self._services.graph, self._import, scanned):
            self._lease.check()
            checkpoint = tally.after(tally.line, deleted=len(product_ids))
            receipt = self._services.writer.delete(product_ids, sequence=sequence, checkpoint=checkpoint)
            self._signal(tally, receipt.version)

    def _sequence(self, line: int) -> int:
        return self._import.sequence * SEQUENCE_STRIDE + line

    def _signal(self, tally: Tally, version: int) -> None:
        counts = tally.counts
        self._services.broker.publish(
            job_channel(self._import.import_id),
            orjson.dumps({"type": "progress", "read": counts.read, "catalogue_version": version}),
        )


def _counting(tally: Tally, batch: Batch[ProductRow]) -> CheckpointOf:
    def checkpoint(changed: int, unchanged: int) -> ImportCheckpoint:
        return tally.after(
            batch.line, read=batch.read, changed=changed, unchanged=unchanged, rejected=len(batch.rejected)
        )

    return checkpoint


def _orphan(row: ReviewRow) -> RejectedRow:
    return RejectedRow(
        row.line,
        "product_id",
        "catalog.unknown_product",
        "No product of the catalogue has this product_id; import the products first.",
        row.review.review_id,
    )

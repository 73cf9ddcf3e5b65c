"""The checkpoint of an import, written in the transaction of its batch: exactly once, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.graph.counters import stamp
from shelfgraph.errors import ConflictError

if TYPE_CHECKING:
    from kg.graph.session import Transaction
    from kg.graph.work_records import ImportCheckpoint


def write_checkpoint(transaction: Transaction, checkpoint: ImportCheckpoint, *, version: int, now: str) -> None:
    """Move an import's checkpoint on; it never goes back.

    Raises:
        ConflictError: ``import.lease_lost``; the transaction leaves nothing behind.
    """
    counts = checkpoint.counts
    rows = transaction.rows(
        "write_checkpoint",
        import_id=checkpoint.import_id,
        worker=checkpoint.worker,
        line=checkpoint.line,
        total_rows=checkpoint.total_rows,
        read=counts.read,
        changed=counts.changed,
        unchanged=counts.unchanged,
        rejected=counts.rejected,
        deleted=counts.deleted,
        version=version,
        now=now,
        stamp=stamp(),
    )
    if not rows:
        raise ConflictError(
            "import.lease_lost",
            f"The import {checkpoint.import_id} is no longer this worker's: it was cancelled or taken over.",
        )

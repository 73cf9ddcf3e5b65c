"""The counts of an import as they grow from checkpoint to checkpoint."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from kg.graph import ImportCheckpoint

if TYPE_CHECKING:
    from kg.graph import Import, ImportCounts


class Tally:
    """Makes each batch's checkpoint: what was counted at the last one and what this batch adds.

    The checkpoint is written in the transaction of its batch, so a batch is counted once, however often it is tried.
    """

    def __init__(self, imported: Import, *, total_rows: int, worker: str) -> None:
        self._import_id = imported.import_id
        self._worker = worker
        self._total_rows = total_rows
        self.counts: ImportCounts = imported.counts
        self.line = imported.line

    def after(  # noqa: PLR0913 - one argument a count
        self, line: int, *, read: int = 0, changed: int = 0, unchanged: int = 0, rejected: int = 0, deleted: int = 0
    ) -> ImportCheckpoint:
        """The checkpoint at ``line``; the numbers are what the batch adds."""
        before = self.counts
        self.line = line
        self.counts = dataclasses.replace(
            before,
            read=before.read + read,
            changed=before.changed + changed,
            unchanged=before.unchanged + unchanged,
            rejected=before.rejected + rejected,
            deleted=before.deleted + deleted,
        )
        return ImportCheckpoint(
            import_id=self._import_id,
            line=line,
            counts=self.counts,
            total_rows=self._total_rows,
            worker=self._worker,
        )

"""A feed as batches of rows: the same feed makes the same batches, whoever reads it and however often."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from kg.catalog import ProductRow, RejectedRow, ReviewRow
from shelfgraph.errors import FeedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Row = TypeVar("Row", ProductRow, ReviewRow)


@dataclass(slots=True)
class Batch(Generic[Row]):
    """Rows committed together: those after ``after_line`` up to and with ``line``."""

    after_line: int
    line: int
    rows: list[Row] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)

    @property
    def read(self) -> int:
        """How many rows of the feed it covers."""
        return len(self.rows) + len(self.rejected)


class FeedBatches(Generic[Row]):
    """The batches of a feed from a checkpoint on, once.

    Args:
        rows: what the reader yields, from the first row on.
        size: rows of a batch.
        after_line: the checkpoint: rows up to and with this line are passed over.
        superseded: whether the product or review of a line comes again further down.
    """

    def __init__(
        self,
        rows: Iterable[Row | RejectedRow],
        *,
        size: int,
        after_line: int,
        superseded: Callable[[int], bool],
    ) -> None:
        self._rows: Iterable[Row | RejectedRow] = rows
        self._size = size
        self._after_line = after_line
        self._superseded = superseded
        self.fault: FeedError | None = None
        """What was wrong with the feed itself, known when the batches are over."""

    def __iter__(self) -> Iterator[Batch[Row]]:
        batch = Batch[Row](self._after_line, self._after_line)
        try:
            for row in self._rows:
                if row.line <= self._after_line:
                    continue
                self._add(batch, row)
                if batch.read >= self._size:
                    yield batch
                    batch = Batch(batch.line, batch.line)
        except FeedError as error:  # the rows before the fault are kept
            self.fault = error
        if batch.read:
            yield batch

    def _add(self, batch: Batch[Row], row: Row | RejectedRow) -> None:
        batch.line = row.line
        if isinstance(row, RejectedRow):
            batch.rejected.append(row)
        elif self._superseded(row.line):
            batch.rejected.append(_duplicate(row))
        else:
            batch.rows.append(row)


def _duplicate(row: ProductRow | ReviewRow) -> RejectedRow:
    if isinstance(row, ProductRow):
        name, value = "product_id", row.product.product_id
    else:
        name, value = "review_id", row.review.review_id
    return RejectedRow(
        row.line, name, "catalog.duplicate_id", f"This {name} comes again further down; the last row counts.", value
    )

"""Reviews in the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.graph.checkpoint import write_checkpoint
from kg.graph.counters import bump_version, lock_version
from kg.graph.page import Page, cut, position
from kg.graph.records import ReviewReceipt
from kg.graph.retraction import Retraction, retract
from kg.graph.rows import review_from, review_properties
from shelfgraph.clock import isoformat

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kg.graph.records import ReviewWrite
    from kg.graph.session import GraphSession, Row, Transaction
    from kg.graph.work_records import ImportCheckpoint
    from kg.model import Review

    ReviewCheckpointOf = Callable[[ReviewReceipt], ImportCheckpoint]


_ALL = 100_000  # the engine sets memory aside for a limit, so it is no larger than any product has


class Reviews:
    """What customers wrote about the products."""

    def __init__(self, session: GraphSession) -> None:
        self._session = session

    def write(
        self, reviews: Sequence[ReviewWrite], *, checkpoint: ImportCheckpoint | ReviewCheckpointOf | None = None
    ) -> ReviewReceipt:
        """Write reviews in one transaction; a changed one makes the texts that cite it stale.

        A product whose reviews change gets the new catalogue version. Reviews of unknown or deleted products are
        named in the receipt and not kept. A checkpoint that counts them is made of the receipt, in the transaction
        and again when that is done again.

        Raises:
            ConflictError: ``import.lease_lost``, where the checkpoint names a worker who lost the import.
        """
        last: dict[str, ReviewWrite] = {}
        for write in sorted(reviews, key=lambda write: write.sequence):
            last[write.review.review_id] = write

        def work(transaction: Transaction) -> ReviewReceipt:
            now = isoformat(self._session.clock.now_ms())
            version = lock_version(transaction)
            products = {write.review.product_id for write in last.values()}
            states = transaction.rows("read_product_states", ids=sorted(products))
            live = {row["product_id"] for row in states if not row["deleted"]}
            stored = {row["review_id"]: row for row in transaction.rows("read_review_states", ids=list(last))}
            unknown = tuple(one for one, write in last.items() if write.review.product_id not in live)
            known = [write for write in last.values() if write.review.product_id in live]
            changed = [write for write in known if _changes(write, stored.get(write.review.review_id))]
            stale: tuple[str, ...] = ()
            if changed:
                version = bump_version(transaction)
                stale = self._write(transaction, changed, stored, version, now)
            confirmed = [
                {"review_id": write.review.review_id, "sequence": write.sequence}
                for write in known
                if write not in changed and write.sequence > stored[write.review.review_id]["sequence"]
            ]
            if confirmed:
                transaction.rows("confirm_reviews", rows=confirmed)
            unchanged = len(reviews) - len(changed) - len(unknown)
            receipt = ReviewReceipt(version, len(changed), unchanged, unknown, stale)
            if checkpoint is not None:
                made = checkpoint(receipt) if callable(checkpoint) else checkpoint
                write_checkpoint(transaction, made, version=version, now=now)
            return receipt

        return self._session.write(work, lock=self._session.catalogue)

    def _write(
        self, transaction: Transaction, changed: list[ReviewWrite], stored: dict[str, Row], version: int, now: str
    ) -> tuple[str, ...]:
        moved = [
            write.review.review_id
            for write in changed
            if stored.get(write.review.review_id, {}).get("product_id", write.review.product_id)
            != write.review.product_id
        ]
        if moved:
            transaction.rows("detach_reviews", ids=moved)
        rows = [
            {
                "review_id": write.review.review_id,
                "product_id": write.review.product_id,
                "properties": {
                    **review_properties(write.review),
                    "sequence": write.sequence,
                    "review_hash": write.review_hash,
                    "changed_ms": self._session.clock.now_ms(),
                },
            }
            for write in changed
        ]
        transaction.rows("upsert_reviews", rows=rows)
        before: dict[str, list[str]] = {}
        for write in changed:
            if (old := stored.get(write.review.review_id)) is not None:
                before.setdefault(old["product_id"], []).append(write.review.review_id)
        products = sorted({write.review.product_id for write in changed} | set(before))
        transaction.rows("summarise_ratings", ids=products, version=version, now=now)
        reason = "A review it cites was changed."
        retractions = [Retraction(one, reason=reason, review_ids=tuple(ids)) for one, ids in before.items()]
        return retract(transaction, retractions, now)

    def page(self, product_id: str, limit: int = 100, cursor: str | None = None) -> Page[Review]:
        """Reviews of a product in the order of their ids."""
        after = position(cursor) or ""
        rows = self._session.rows("page_reviews", product_id=product_id, after=after, limit=limit + 1)
        return cut([review_from(row["review"]) for row in rows], limit, lambda review: review.review_id)

    def all(self, product_id: str) -> list[Review]:
        """Every review of a product in the order of their ids."""
        rows = self._session.rows("page_reviews", product_id=product_id, after="", limit=_ALL)
        return [review_from(row["review"]) for row in rows]


def _changes(write: ReviewWrite, state: Row | None) -> bool:
    return state is None or (write.sequence > state["sequence"] and write.review_hash != state["review_hash"])

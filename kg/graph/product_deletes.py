"""Deleting products: a tombstone stays for the index, facts are closed, reviews go, texts become stale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.graph.checkpoint import write_checkpoint
from kg.graph.counters import bump_version, lock_version
from kg.graph.records import WriteReceipt
from kg.graph.retraction import Retraction, retract
from shelfgraph.clock import isoformat

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.graph.session import GraphSession, Transaction
    from kg.graph.work_records import ImportCheckpoint


def delete_products(
    session: GraphSession, ids: Iterable[str], sequence: int, checkpoint: ImportCheckpoint | None
) -> WriteReceipt:
    """Delete products; see ``Products.delete``."""
    wanted = list(dict.fromkeys(ids))

    def work(transaction: Transaction) -> WriteReceipt:
        now = isoformat(session.clock.now_ms())
        version = lock_version(transaction)
        states = transaction.rows("read_product_states", ids=wanted)
        superseded = tuple(row["product_id"] for row in states if row["sequence"] > sequence)
        live = [row["product_id"] for row in states if row["sequence"] <= sequence and not row["deleted"]]
        gone = [row["product_id"] for row in states if row["sequence"] < sequence and row["deleted"]]
        stale: tuple[str, ...] = ()
        if live:
            version = bump_version(transaction)
            transaction.rows("bury_products", ids=live, sequence=sequence, version=version, now=now)
            transaction.rows("close_all_facts", ids=live, now=now)
            transaction.rows("delete_links", ids=live)
            transaction.rows("delete_reviews", ids=live)
            reason = "The product was deleted."
            stale = retract(transaction, [Retraction(one, reason=reason, everything=True) for one in live], now)
        if gone:
            transaction.rows("confirm_products", rows=[{"product_id": one, "sequence": sequence} for one in gone])
        if checkpoint is not None:
            write_checkpoint(transaction, checkpoint, version=version, now=now)
        return WriteReceipt(version, tuple(live), superseded, stale)

    return session.write(work, lock=session.catalogue)

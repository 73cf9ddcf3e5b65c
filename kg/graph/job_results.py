"""Storing what a job made: texts, what they are about and the job's success, all or nothing.

Between the job's claim and its end the catalogue may have changed. So the products are locked first (a write that
retracts facts locks them too, one of the two sees the other), and a text that cites what no longer holds is stored as
stale at once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kg.graph.counters import stamp
from kg.graph.leases import missing, times
from kg.graph.rows import dump, text_properties

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.graph.session import GraphSession, Transaction
    from kg.model import Text


def store_results(session: GraphSession, job_id: str, texts: Sequence[Text], worker: str) -> bool:
    """Store texts and success; see ``Jobs.succeed``."""

    def work(transaction: Transaction) -> bool:
        moment = times(session.clock)
        job = transaction.row("lock_job", job_id=job_id, stamp=moment["stamp"])
        if job is None:
            raise missing("job", job_id)
        if job["state"] == "succeeded":
            return True
        if job["state"] != "running" or job["worker"] != worker:
            return False
        stored = [
            _checked(
                transaction,
                replace(text, job_id=job_id, created_at=text.created_at or moment["now"], updated_at=moment["now"]),
                since_ms=job["claimed_ms"],
            )
            for text in sorted(texts, key=lambda text: text.product_id)
        ]
        rows = [{"text_id": text.text_id, "properties": text_properties(text)} for text in stored]
        transaction.rows("create_texts", rows=rows)
        text_ids = [text.text_id for text in texts]
        event = dump({"at": moment["now"], "type": "state", "data": {"state": "succeeded", "text_ids": text_ids}})
        transaction.rows("succeed_job", job_id=job_id, text_ids=text_ids, event=event, now=moment["now"])
        return True

    return session.write(work, lock=session.catalogue)


def stale_reason(transaction: Transaction, text: Text, *, since_ms: int | None = None) -> str:
    """Why a text may not be published, empty where all it rests on still holds; locks its product.

    Args:
        transaction: the one that then stores the text.
        text: the text as it is to be stored.
        since_ms: when its maker read the catalogue; reviews changed since are not those it cites.
    """
    row = transaction.row(
        "check_citations",
        product_id=text.product_id,
        fact_ids=list(text.fact_ids),
        review_ids=list(text.review_ids),
        since_ms=since_ms,
        stamp=stamp(),
    )
    if row is None or row["deleted"]:
        return "The product was deleted."
    if set(text.fact_ids) - set(row["open_facts"]):
        return "A fact it rests on no longer holds or is contested."
    if set(text.review_ids) - set(row["same_reviews"]):
        return "A review it cites was changed."
    return ""


def _checked(transaction: Transaction, text: Text, *, since_ms: int) -> Text:
    reason = stale_reason(transaction, text, since_ms=since_ms)
    return replace(text, state="stale", stale_reason=reason) if reason else text

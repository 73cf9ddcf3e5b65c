"""Retraction: a text that rests on what changed becomes stale, in the transaction of the change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.graph.session import Transaction


@dataclass(frozen=True, slots=True)
class Retraction:
    """What no longer holds of a product: facts, reviews, or with ``everything`` all of it."""

    product_id: str
    fact_ids: tuple[str, ...] = ()
    reason: str = ""
    review_ids: tuple[str, ...] = ()
    everything: bool = False


def retract(transaction: Transaction, retractions: Sequence[Retraction], now: str) -> tuple[str, ...]:
    """Mark the drafts and approved texts that rest on it stale; their ids."""
    if not retractions:
        return ()
    rows = [
        {
            "product_id": retraction.product_id,
            "fact_ids": list(retraction.fact_ids),
            "review_ids": list(retraction.review_ids),
            "everything": retraction.everything,
            "reason": retraction.reason,
        }
        for retraction in retractions
    ]
    return tuple(sorted({row["text_id"] for row in transaction.rows("mark_texts_stale", rows=rows, now=now)}))

"""A client's idempotency keys: the same request again answers the same thing, another under the same key is refused."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from shelfgraph.errors import ConflictError

if TYPE_CHECKING:
    from kg.graph.session import Transaction
    from kg.graph.work_records import Idempotency


def target_of(transaction: Transaction, idempotency: Idempotency | None, target: str, now: str) -> str:
    """The id the key stands for: ``target``, unless an earlier request took the key.

    Raises:
        ConflictError: ``request.idempotency_conflict``.
    """
    if idempotency is None:
        return target
    identity = f"{idempotency.owner}\x1f{idempotency.key}".encode()
    [row] = transaction.rows(
        "claim_idempotency_key",
        key=hashlib.blake2b(identity, digest_size=20).hexdigest(),
        fingerprint=idempotency.fingerprint,
        target=target,
        now=now,
    )
    if row["fingerprint"] != idempotency.fingerprint:
        raise ConflictError(
            "request.idempotency_conflict",
            "This Idempotency-Key was used for another request.",
            help="Send a new key with a new request.",
        )
    return str(row["target"])

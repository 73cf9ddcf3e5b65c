"""The two counters: the catalogue version and the sequence that orders accepted rows."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kg.graph.session import GraphSession, Transaction

CATALOGUE_VERSION: Final = "catalogue_version"
SEQUENCE: Final = "sequence"
SEQUENCE_STRIDE: Final = 10**9


def stamp() -> int:
    """A value no node has, written to take its lock (and to make the optimistic engine see the conflict)."""
    return random.getrandbits(62)


def lock_version(transaction: Transaction) -> int:
    """Lock the catalogue version before anything else, so that versions commit in their order; its value."""
    [row] = transaction.rows("lock_counter", name=CATALOGUE_VERSION, stamp=stamp())
    return int(row["value"])


def bump_version(transaction: Transaction) -> int:
    """The next catalogue version, which this transaction writes."""
    return next_value(transaction, CATALOGUE_VERSION)


def next_value(transaction: Transaction, name: str) -> int:
    """Count a counter up."""
    [row] = transaction.rows("next_value", name=name)
    return int(row["value"])


def current_version(session: GraphSession) -> int:
    """The catalogue version of the last committed batch."""
    row = session.row("read_counter", name=CATALOGUE_VERSION)
    return int(row["value"]) if row else 0

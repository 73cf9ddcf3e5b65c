"""Cursors of searches: where the last page ended, sealed to the query it belongs to."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import math
from typing import TYPE_CHECKING, Final

from shelfgraph.errors import InvalidRequestError

if TYPE_CHECKING:
    from search.query.model import Query

Position = tuple[float, int, int]
_LONGEST: Final = 400
_PARTS: Final = 4


def encode(query: Query, position: Position) -> str:
    """The cursor behind a result: its sort key, version and tie breaker."""
    raw = json.dumps([_fingerprint(query), *position], separators=(",", ":"))
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def decode(query: Query) -> Position | None:
    """Where the page of the query starts.

    Raises:
        InvalidRequestError: ``search.cursor_invalid`` where the cursor is none of ours or of another query.
    """
    if query.cursor is None:
        return None
    try:
        position = _read(query, query.cursor)
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error) as error:
        raise InvalidRequestError(
            "search.cursor_invalid",
            "The cursor is none of ours, or belongs to another query.",
            help="Send next_cursor back unchanged, with the same query, filters and sort.",
        ) from error
    return position


def _read(query: Query, cursor: str) -> Position:
    if len(cursor) > _LONGEST:
        raise ValueError("too long")
    padded = cursor + "=" * (-len(cursor) % 4)
    parts = json.loads(base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True))
    if not isinstance(parts, list) or len(parts) != _PARTS or parts[0] != _fingerprint(query):
        raise ValueError("of another query")
    position = (float(parts[1]), int(parts[2]), int(parts[3]))
    if math.isnan(position[0]) or not all(abs(number) < 2**63 for number in position[1:]):
        raise ValueError("out of range")
    return position


def _fingerprint(query: Query) -> str:
    parts = (query.text, query.sort, query.language, sorted(map(repr, query.filters)))
    return hashlib.blake2b(repr(parts).encode("utf-8", "replace"), digest_size=6).hexdigest()

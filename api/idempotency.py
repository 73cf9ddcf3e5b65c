"""`Idempotency-Key`: the same key with the same request gives the same answer, with another one an error."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

import orjson
from flask import request

from api.auth import caller
from kg.graph import Idempotency
from shelfgraph.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADER: Final = "Idempotency-Key"
_LONGEST: Final = 255


def idempotency(**meaning: Any) -> Idempotency | None:  # noqa: ANN401 - any JSON
    """The caller's key with a fingerprint of what the request means, or None where it has none.

    Raises:
        InvalidRequestError: ``request.idempotency_key_invalid``.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not key.strip() or len(key) > _LONGEST:
        raise InvalidRequestError(
            "request.idempotency_key_invalid", f"An idempotency key has 1 to {_LONGEST} characters."
        )
    return Idempotency(key=key, fingerprint=_fingerprint(request.path, meaning), owner=caller().key_id)


def _fingerprint(path: str, meaning: Mapping[str, Any]) -> str:
    canonical = orjson.dumps([path, meaning], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(canonical).hexdigest()

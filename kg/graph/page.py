"""Pages of a list: results and an opaque cursor to the next."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from shelfgraph.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some results; ``next_cursor`` is None on the last page."""

    results: tuple[Item, ...]
    next_cursor: str | None = None


def cut(items: Sequence[Item], limit: int, key: Callable[[Item], str]) -> Page[Item]:
    """A page of the first ``limit`` of up to ``limit + 1`` items."""
    if len(items) <= limit:
        return Page(tuple(items))
    shown = tuple(items[:limit])
    return Page(shown, _encode(key(shown[-1])))


def position(cursor: str | None) -> str | None:
    """The key after which the page starts.

    Raises:
        InvalidRequestError: ``request.invalid_cursor``.
    """
    if not cursor:
        return None
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise InvalidRequestError(
            "request.invalid_cursor", "The cursor is none of ours.", help="Send next_cursor back unchanged."
        ) from error


def _encode(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")

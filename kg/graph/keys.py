"""Keys of the API. The graph holds the hash of a secret, never the secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.graph.leases import missing
from kg.graph.page import Page, cut, position
from kg.graph.work_records import ApiKey
from shelfgraph.clock import isoformat
from shelfgraph.identifiers import new_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.graph.session import GraphSession


class Keys:
    """The API's keys."""

    def __init__(self, session: GraphSession) -> None:
        self._session = session

    def create(self, name: str, scopes: Iterable[str], key_hash: str) -> ApiKey:
        """Keep a new key; one with the same hash is kept already and is answered instead."""
        [row] = self._session.change(
            "create_key",
            lock=self._session.work,
            key_id=new_id("key"),
            name=name,
            scopes=sorted(scopes),
            key_hash=key_hash,
            now=isoformat(self._session.clock.now_ms()),
        )
        return _key(row)

    def by_hash(self, key_hash: str) -> ApiKey | None:
        """The key with that hash, revoked ones included, or None."""
        row = self._session.row("read_key_by_hash", key_hash=key_hash)
        return _key(row) if row else None

    def page(self, limit: int = 100, cursor: str | None = None) -> Page[ApiKey]:
        """Keys in the order they were made."""
        rows = self._session.rows("page_keys", after=position(cursor) or "", limit=limit + 1)
        return cut([_key(row) for row in rows], limit, lambda key: key.key_id)

    def revoke(self, key_id: str) -> ApiKey:
        """Revoke a key for good.

        Raises:
            NotFoundError: ``key.not_found``.
        """
        rows = self._session.change("revoke_key", lock=self._session.work, key_id=key_id)
        if not rows:
            raise missing("key", key_id)
        return _key(rows[0])


def _key(row: Mapping[str, Any]) -> ApiKey:
    fields = dict(row["key"])
    return ApiKey(**{**fields, "scopes": tuple(fields["scopes"])})

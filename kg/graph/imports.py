"""Imports: accepted feeds, who works on them and how far they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from kg.graph.counters import CATALOGUE_VERSION, SEQUENCE, next_value
from kg.graph.idempotency import target_of
from kg.graph.leases import PENDING_AFTER_MS, missing, refusal, times
from kg.graph.page import Page, cut, position
from kg.graph.rows import dump, load
from kg.graph.work_records import Import, ImportCounts
from shelfgraph.identifiers import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.graph.session import GraphSession, Transaction
    from kg.graph.work_records import Idempotency, ImportRequest

_JSON_FIELDS = ("mapping", "error")
_COUNT_FIELDS = ("read", "changed", "unchanged", "rejected", "deleted")
_HIGHEST = "\uffff"


class Imports:
    """Accepted imports."""

    def __init__(self, session: GraphSession) -> None:
        self._session = session

    def accept(self, request: ImportRequest, *, idempotency: Idempotency | None = None) -> Import:
        """Accept an import: when this returns it is on disk, with the sequence that orders its rows.

        Raises:
            ConflictError: ``request.idempotency_conflict``.
        """
        import_id = new_id("imp")

        def work(transaction: Transaction) -> Import:
            moment = times(self._session.clock)
            target = target_of(transaction, idempotency, import_id, moment["now"])
            if target == import_id and transaction.row("read_import", import_id=import_id) is None:
                properties = {
                    "kind": request.kind,
                    "format": request.format,
                    "mode": request.mode,
                    "mapping": dump(request.mapping),
                    "blob": request.blob,
                    "source_name": request.source_name,
                    "allow_deletions": request.allow_deletions,
                    "size_bytes": request.size_bytes,
                    "sha256": request.sha256,
                    "sequence": next_value(transaction, SEQUENCE),
                }
                transaction.rows("accept_import", import_id=import_id, properties=properties, **moment)
            row = transaction.row("read_import", import_id=target)
            if row is None:
                raise missing("import", target)
            return _import(row)

        return self._session.write(work, lock=self._session.work)

    def get(self, import_id: str) -> Import | None:
        """An import, or None."""
        row = self._session.row("read_import", import_id=import_id)
        return _import(row) if row else None

    def page(self, limit: int = 100, cursor: str | None = None) -> Page[Import]:
        """Imports, the latest first."""
        rows = self._session.rows("page_imports", before=position(cursor) or _HIGHEST, limit=limit + 1)
        return cut([_import(row) for row in rows], limit, lambda one: one.import_id)

    def claim(self, import_id: str, worker: str, lease_seconds: float) -> Import | None:
        """Take an import that nobody holds; None where it is done, cancelled or another worker's."""
        return self._change(
            "claim_import", import_id=import_id, worker=worker, **times(self._session.clock, lease_seconds)
        )

    def heartbeat(self, import_id: str, worker: str, lease_seconds: float) -> bool:
        """Hold an import longer; False where it was cancelled or lost."""
        moment = times(self._session.clock, lease_seconds)
        return self._change("extend_import", import_id=import_id, worker=worker, **moment) is not None

    def finish(
        self,
        import_id: str,
        state: Literal["succeeded", "failed", "parked"],
        error: Mapping[str, Any] | None = None,
        *,
        worker: str | None = None,
    ) -> Import:
        """End an import; one that has ended already (a cancelled one, say) stays as it is.

        With ``worker``, only where that worker holds it.

        Raises:
            NotFoundError: ``import.not_found``.
        """
        self._move(import_id, ("accepted", "running"), state, error, worker=worker)
        return self._require(import_id)

    def cancel(self, import_id: str) -> Import:
        """Cancel an import that has not ended; the rows before stay.

        Raises:
            NotFoundError: ``import.not_found``.
            ConflictError: ``import.cancel_refused``: it has ended.
        """
        moved = self._move(import_id, ("accepted", "running", "cancelled"), "cancelled", None)
        if moved is None:
            raise refusal("import", "cancel", import_id, self._require(import_id).state)
        return moved

    def retry(self, import_id: str, *, allow_deletions: bool | None = None) -> Import:
        """Accept an import again that failed, was parked or cancelled; it goes on after its checkpoint.

        Raises:
            NotFoundError: ``import.not_found``.
            ConflictError: ``import.retry_refused``: it succeeded or is at work.
        """
        moved = self._move(
            import_id, ("failed", "parked", "cancelled"), "accepted", None, allow_deletions=allow_deletions
        )
        if moved is None:
            raise refusal("import", "retry", import_id, self._require(import_id).state)
        return moved

    def pending(self, limit: int = 100) -> list[str]:
        """Imports accepted more than 5 s ago or left by their worker, the oldest first."""
        now_ms = self._session.clock.now_ms()
        rows = self._session.rows(
            "read_pending_imports", now_ms=now_ms, accepted_before=now_ms - PENDING_AFTER_MS, limit=limit
        )
        return [row["import_id"] for row in rows]

    def waiting(self) -> int:
        """How many imports wait for a worker."""
        row = self._session.row("count_waiting_imports")
        return int(row["total"]) if row else 0

    def _move(  # noqa: PLR0913 - what a transition is made of
        self,
        import_id: str,
        before: tuple[str, ...],
        after: str,
        error: Mapping[str, Any] | None,
        *,
        worker: str | None = None,
        allow_deletions: bool | None = None,
    ) -> Import | None:
        return self._change(
            "move_import",
            import_id=import_id,
            before=list(before),
            after=after,
            error=None if error is None else dump(error),
            worker=worker,
            allow_deletions=allow_deletions,
            counter=CATALOGUE_VERSION,
            **times(self._session.clock),
        )

    def _change(self, name: str, /, **parameters: Any) -> Import | None:  # noqa: ANN401 - Cypher parameters
        rows = self._session.change(name, lock=self._session.work, **parameters)
        return _import(rows[0]) if rows else None

    def _require(self, import_id: str) -> Import:
        found = self.get(import_id)
        if found is None:
            raise missing("import", import_id)
        return found


def _import(row: Mapping[str, Any]) -> Import:
    fields = dict(row["import"])
    counts = ImportCounts(**{name: fields.pop(name) for name in _COUNT_FIELDS})
    fields.update({name: load(fields[name]) for name in _JSON_FIELDS})
    return Import(counts=counts, **fields)

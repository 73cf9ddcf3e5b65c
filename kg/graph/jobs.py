"""Jobs: accepted requests for generated text, who works on them and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.graph.idempotency import target_of
from kg.graph.job_results import store_results
from kg.graph.leases import PENDING_AFTER_MS, missing, refusal, times
from kg.graph.page import Page, cut, position
from kg.graph.rows import dump, load
from kg.graph.work_records import Job, JobEvent
from shelfgraph.identifiers import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.graph.session import GraphSession, Transaction
    from kg.graph.work_records import Idempotency
    from kg.model import Text, TextKind, WorkState

_HIGHEST = "\uffff"


class Jobs:
    """Accepted jobs."""

    def __init__(self, session: GraphSession) -> None:
        self._session = session

    def accept(self, kind: TextKind, params: Mapping[str, Any], *, idempotency: Idempotency | None = None) -> Job:
        """Accept a job: when this returns it is on disk.

        Raises:
            ConflictError: ``request.idempotency_conflict``.
        """
        job_id = new_id("job")

        def work(transaction: Transaction) -> Job:
            moment = times(self._session.clock)
            target = target_of(transaction, idempotency, job_id, moment["now"])
            if target == job_id and transaction.row("read_job", job_id=job_id) is None:
                event = _event("state", {"state": "accepted"}, moment["now"])
                transaction.rows(
                    "accept_job", job_id=job_id, kind=kind, params=dump(dict(params)), event=event, **moment
                )
            row = transaction.row("read_job", job_id=target)
            if row is None:
                raise missing("job", target)
            return _job(row)

        return self._session.write(work, lock=self._session.work)

    def get(self, job_id: str) -> Job | None:
        """A job, or None."""
        row = self._session.row("read_job", job_id=job_id)
        return _job(row) if row else None

    def page(
        self,
        limit: int = 100,
        cursor: str | None = None,
        state: WorkState | None = None,
        kind: TextKind | None = None,
    ) -> Page[Job]:
        """Jobs, the latest first."""
        before = position(cursor) or _HIGHEST
        rows = self._session.rows("page_jobs", before=before, limit=limit + 1, state=state, kind=kind)
        return cut([_job(row) for row in rows], limit, lambda job: job.job_id)

    def claim(self, job_id: str, worker: str, lease_seconds: float) -> Job | None:
        """Take a job that nobody holds; None where it is done, cancelled or another worker's."""
        moment = times(self._session.clock, lease_seconds)
        event = _event("state", {"state": "running"}, moment["now"])
        return self._change("claim_job", job_id=job_id, worker=worker, event=event, **moment)

    def heartbeat(
        self, job_id: str, worker: str, lease_seconds: float, progress: float | None = None, *, stage: str = ""
    ) -> bool:
        """Hold a job longer and note its progress (0 to 1); False where it was cancelled or lost."""
        moment = times(self._session.clock, lease_seconds)
        event = None if progress is None else _event("progress", {"progress": progress, "stage": stage}, moment["now"])
        changed = self._change("extend_job", job_id=job_id, worker=worker, progress=progress, event=event, **moment)
        return changed is not None

    def succeed(self, job_id: str, texts: Sequence[Text], worker: str) -> bool:
        """Store a job's texts and its success in one transaction; a text that rests on what has changed is stale.

        Returns:
            Whether the job is done: True also when it was already; False, and nothing is stored, where the job was
            cancelled or is another worker's.
        """
        return store_results(self._session, job_id, texts, worker)

    def fail(self, job_id: str, error: Mapping[str, Any], worker: str) -> bool:
        """End a job with its reason; False where the worker does not hold it."""
        return self._move(job_id, ("running",), "failed", error, worker=worker) is not None

    def park(self, job_id: str, error: Mapping[str, Any]) -> bool:
        """Put a job aside where a person sees it; False where it has ended."""
        return self._move(job_id, ("accepted", "running"), "parked", error) is not None

    def cancel(self, job_id: str) -> Job:
        """Cancel a job that has not ended.

        Raises:
            NotFoundError: ``job.not_found``.
            ConflictError: ``job.cancel_refused``: it has ended.
        """
        moved = self._move(job_id, ("accepted", "running"), "cancelled", None)
        if moved is not None:
            return moved
        job = self._require(job_id)
        if job.state != "cancelled":
            raise refusal("job", "cancel", job_id, job.state)
        return job

    def retry(self, job_id: str) -> Job:
        """Accept a job again that failed, was parked or cancelled.

        Raises:
            NotFoundError: ``job.not_found``.
            ConflictError: ``job.retry_refused``: it succeeded or is at work.
        """
        moved = self._move(job_id, ("failed", "parked", "cancelled"), "accepted", None)
        if moved is None:
            raise refusal("job", "retry", job_id, self._require(job_id).state)
        return moved

    def events(self, job_id: str, after: int = 0) -> list[JobEvent]:
        """The events with a number above ``after``; of a very long job the last 200."""
        row = self._session.row("read_job_events", job_id=job_id)
        if row is None:
            return []
        first = row["event_count"] - len(row["events"]) + 1
        events = [JobEvent(seq=first + position, **load(event)) for position, event in enumerate(row["events"])]
        return [event for event in events if event.seq > after]

    def pending(self, limit: int = 100) -> list[str]:
        """Jobs accepted more than 5 s ago or left by their worker, the oldest first."""
        now_ms = self._session.clock.now_ms()
        rows = self._session.rows(
            "read_pending_jobs", now_ms=now_ms, accepted_before=now_ms - PENDING_AFTER_MS, limit=limit
        )
        return [row["job_id"] for row in rows]

    def waiting(self) -> int:
        """How many jobs wait for a worker."""
        row = self._session.row("count_waiting_jobs")
        return int(row["total"]) if row else 0

    def _move(
        self,
        job_id: str,
        before: tuple[str, ...],
        after: str,
        error: Mapping[str, Any] | None,
        *,
        worker: str | None = None,
    ) -> Job | None:
        moment = times(self._session.clock)
        data = {"state": after} if error is None else {"state": after, "error": dict(error)}
        return self._change(
            "move_job",
            job_id=job_id,
            before=list(before),
            after=after,
            error=None if error is None else dump(error),
            worker=worker,
            event=_event("state", data, moment["now"]),
            **moment,
        )

    def _change(self, name: str, /, **parameters: Any) -> Job | None:  # noqa: ANN401 - Cypher parameters
        rows = self._session.change(name, lock=self._session.work, **parameters)
        return _job(rows[0]) if rows else None

    def _require(self, job_id: str) -> Job:
        job = self.get(job_id)
        if job is None:
            raise missing("job", job_id)
        return job


def _event(kind: str, data: Mapping[str, Any], now: str) -> str:
    return dump({"at": now, "type": kind, "data": data})


def _job(row: Mapping[str, Any]) -> Job:
    fields = dict(row["job"])
    fields["params"] = load(fields["params"])
    fields["error"] = load(fields["error"])
    fields["result_text_ids"] = tuple(fields["result_text_ids"] or ())
    return Job(**fields)

"""Generated texts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kg.graph.counters import stamp
from kg.graph.job_results import stale_reason
from kg.graph.leases import missing
from kg.graph.page import Page, cut, position
from kg.graph.rows import parts_properties, text_from
from shelfgraph.clock import isoformat
from shelfgraph.errors import ConflictError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.graph.session import GraphSession, Transaction
    from kg.model import Part, Text, TextKind, TextState

_HIGHEST = "\uffff"


class Texts:
    """What was generated, with what it rests on."""

    def __init__(self, session: GraphSession) -> None:
        self._session = session

    def get(self, text_id: str) -> Text | None:
        """A text, or None."""
        row = self._session.row("read_text", text_id=text_id)
        return text_from(row["text"]) if row else None

    def page(
        self,
        kind: TextKind | None = None,
        state: TextState | None = None,
        product_id: str | None = None,
        limit: int = 100,
        cursor: str | None = None,
    ) -> Page[Text]:
        """Texts, the latest first."""
        parameters: dict[str, Any] = {"kind": kind, "state": state, "before": position(cursor) or _HIGHEST}
        if product_id is None:
            rows = self._session.rows("page_texts", limit=limit + 1, **parameters)
        else:
            rows = self._session.rows("page_product_texts", product_id=product_id, limit=limit + 1, **parameters)
        return cut([text_from(row["text"]) for row in rows], limit, lambda text: text.text_id)

    def set_state(self, text_id: str, state: TextState, *, reason: str = "") -> Text:
        """Approve, reject or otherwise mark a text.

        Raises:
            NotFoundError: ``text.not_found``.
            ConflictError: ``text.stale``: what it rests on no longer holds, so it cannot be approved.
        """
        now = isoformat(self._session.clock.now_ms())
        rows = self._session.change(
            "set_text_state",
            lock=self._session.catalogue,
            text_id=text_id,
            state=state,
            reason=reason,
            now=now,
            stamp=stamp(),
        )
        if rows:
            return text_from(rows[0]["text"])
        text = self.get(text_id)
        if text is None:
            raise missing("text", text_id)
        raise ConflictError(
            "text.stale",
            f"The text {text_id} is stale: {text.stale_reason}",
            help="Edit it, or ask for a new one.",
        )

    def replace_parts(self, text_id: str, parts: Sequence[Part]) -> Text:
        """Replace what a text says; it is a draft again, or stale where what it rests on no longer holds.

        Raises:
            NotFoundError: ``text.not_found``.
        """

        def work(transaction: Transaction) -> Text:
            row = transaction.row("lock_text", text_id=text_id, stamp=stamp())
            if row is None:
                raise missing("text", text_id)
            edited = replace(text_from(row["text"]), parts=tuple(parts))
            reason = stale_reason(transaction, edited)
            properties = {
                **parts_properties(edited.parts),
                "state": "stale" if reason else "draft",
                "stale_reason": reason,
                "updated_at": isoformat(self._session.clock.now_ms()),
            }
            [row] = transaction.rows("update_text", text_id=text_id, properties=properties)
            return text_from(row["text"])

        return self._session.write(work, lock=self._session.catalogue)

"""Texts with their parts and the claims these make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from api.inputs import Input
from api.schemas.lists import Output, PageOut, PageQuery
from kg.model import Origin, TextKind, TextState, Verdict  # noqa: TC001 - pydantic reads them

if TYPE_CHECKING:
    from kg.model import Text

_ANSWER_DETAILS = ("status", "intent", "citations")


class ClaimOut(Output):
    """A span that states something: code points, half-open, and the facts it rests on."""

    start: int
    end: int
    verdict: Verdict
    fact_ids: list[str]
    reason: str = ""


class PartOut(Output):
    """One piece of a text."""

    kind: str
    text: str
    origin: Origin
    claims: list[ClaimOut]
    review_ids: list[str]
    data: dict[str, Any]


class TextOut(Output):
    """A generated text."""

    text_id: str
    kind: TextKind
    product_id: str
    language: str
    state: TextState
    stale_reason: str
    channel: str | None = Field(None, description="Of an ad.")
    tone: str | None = Field(None, description="Of an ad.")
    status: str | None = Field(None, description="Of an answer: `answered`, `not_stated` or `handover`.")
    intent: str | None = Field(None, description="Of an answer.")
    citations: list[Any] | None = Field(None, description="Of an answer.")
    parts: list[PartOut]
    fact_ids: list[str]
    review_ids: list[str]
    job_id: str | None
    request: dict[str, Any]
    details: dict[str, Any]
    created_at: str
    updated_at: str

    @classmethod
    def of(cls, text: Text) -> TextOut:
        """The text as callers see it."""
        answer = {name: text.details.get(name) for name in _ANSWER_DETAILS if text.kind == "answer"}
        ad = {name: text.request.get(name) for name in ("channel", "tone") if text.kind == "ad_copy"}
        return cls(
            text_id=text.text_id,
            kind=text.kind,
            product_id=text.product_id,
            language=text.language,
            state=text.state,
            stale_reason=text.stale_reason,
            **ad,
            **answer,
            parts=[PartOut.model_validate(part) for part in text.parts],
            fact_ids=list(text.fact_ids),
            review_ids=list(text.review_ids),
            job_id=text.job_id,
            request=text.request,
            details={name: value for name, value in text.details.items() if name not in _ANSWER_DETAILS},
            created_at=text.created_at,
            updated_at=text.updated_at,
        )


class TextPage(PageOut[TextOut]):
    """Texts, newest first."""


class TextsQuery(PageQuery):
    """Which texts."""

    kind: TextKind | None = None
    state: TextState | None = None
    product_id: str | None = Field(None, max_length=500)


class PartIn(Input):
    """A part as a person wants it."""

    kind: str = Field(min_length=1, max_length=50)
    text: str = Field(min_length=1, max_length=5000)


class TextPatch(Input):
    """The parts as they shall be, all of them and in order."""

    parts: list[PartIn] = Field(min_length=1, max_length=100)


class RejectIn(Input):
    """Why a text is refused."""

    reason: str = Field("", max_length=1000)


class ExportQuery(Input):
    """The form of an export."""

    format: str = Field("csv", pattern="^csv$")

"""Jobs: requests for generated text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ConfigDict, Field

from api.inputs import Input
from api.schemas.lists import Output, PageOut, PageQuery
from api.schemas.texts import TextOut
from kg.model import TextKind, WorkState  # noqa: TC001 - pydantic reads them

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.graph import Job
    from kg.model import Text


class AdCopyIn(Input):
    """An ad to write."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"product_id": "HK-1001", "channel": "google_search", "tone": "plain", "seed": 1}}
    )
    product_id: str = Field(min_length=1, max_length=500)
    channel: str = Field("google_search", max_length=50, description="`google_search`, `meta` or `plain`.")
    tone: str = Field("plain", max_length=50, description="`plain`, `playful`, `premium` or `practical`.")
    language: str | None = Field(None, max_length=20, description="ISO 639-1; the product's own where it is missing.")
    variants: int = Field(1, description="How many different texts.")
    seed: int = Field(0, description="Another seed gives another text, the same the same bytes.")


class ReviewSummaryIn(Input):
    """Reviews to sum up."""

    product_id: str = Field(min_length=1, max_length=500)
    language: str | None = Field(None, max_length=20)
    seed: int = 0


class AnswerIn(Input):
    """A customer's question."""

    product_id: str = Field(min_length=1, max_length=500)
    question: str = Field(min_length=1, max_length=1000)
    language: str | None = Field(None, max_length=20)
    seed: int = 0


class JobResultOut(Output):
    """What came of a job."""

    text_ids: list[str]


class JobOut(Output):
    """One job. ``texts`` is there where the caller waited for the result."""

    job_id: str
    kind: TextKind
    params: dict[str, Any]
    state: WorkState
    progress: float
    result: JobResultOut | None
    error: dict[str, Any] | None
    attempts: int
    created_at: str
    updated_at: str
    texts: list[TextOut] | None = None

    @classmethod
    def of(cls, job: Job, *, texts: Sequence[Text] | None = None) -> JobOut:
        """The job as callers see it."""
        return cls(
            job_id=job.job_id,
            kind=job.kind,
            params=job.params,
            state=job.state,
            progress=job.progress,
            result=JobResultOut(text_ids=list(job.result_text_ids)) if job.state == "succeeded" else None,
            error=job.error,
            attempts=job.attempts,
            created_at=job.created_at,
            updated_at=job.updated_at,
            texts=None if texts is None else [TextOut.of(text) for text in texts],
        )


class JobPage(PageOut[JobOut]):
    """Jobs, newest first."""


class JobsQuery(PageQuery):
    """Which jobs."""

    state: WorkState | None = None
    kind: TextKind | None = None

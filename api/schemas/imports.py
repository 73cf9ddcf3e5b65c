"""Imports: what was asked, how far it is, and what was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from api.inputs import Input
from api.schemas.lists import Output, PageOut
from kg.catalog import FeedFormat  # noqa: TC001 - pydantic reads it
from kg.model import WorkState  # noqa: TC001 - same

if TYPE_CHECKING:
    from kg.graph import Import


class ImportQuery(Input):
    """How to read a feed."""

    kind: Literal["products", "reviews"] = "products"
    format: FeedFormat | None = Field(None, description="Seen from the content where it is not given.")
    mode: Literal["upsert", "full"] = Field("upsert", description="`full` removes products the feed does not have.")
    map: list[str] = Field([], max_length=50, description="`field:column`, repeated: where a field comes from.")
    allow_deletions: bool = Field(default=False, description="Let a full feed remove more than a fifth.")
    name: str = Field("", max_length=200, description="What to call the feed in lists.")


class ImportFromUrl(Input):
    """A feed to fetch."""

    url: str = Field(max_length=4000)


class CountsOut(Output):
    """Rows, by what became of them; accepted = changed + unchanged."""

    read: int
    accepted: int
    changed: int
    unchanged: int
    rejected: int
    deleted: int


class ImportOut(Output):
    """One import."""

    import_id: str
    kind: str
    format: str | None
    mode: str
    map: dict[str, str]
    name: str
    state: WorkState
    counts: CountsOut
    total_rows: int | None
    progress: float
    catalogue_version: int | None
    allow_deletions: bool
    error: dict[str, Any] | None
    attempts: int
    created_at: str
    updated_at: str

    @classmethod
    def of(cls, one: Import) -> ImportOut:
        """The import as callers see it; where its bytes lie is nobody's business."""
        return cls(
            import_id=one.import_id,
            kind=one.kind,
            format=one.format,
            mode=one.mode,
            map=dict(one.mapping or {}),
            name=one.source_name,
            state=one.state,
            counts=CountsOut.model_validate(one.counts),
            total_rows=one.total_rows,
            progress=one.progress,
            catalogue_version=one.catalogue_version,
            allow_deletions=one.allow_deletions,
            error=one.error,
            attempts=one.attempts,
            created_at=one.created_at,
            updated_at=one.updated_at,
        )


class ImportPage(PageOut[ImportOut]):
    """Imports, newest first."""


class RetryImport(Input):
    """How to take up an import that ended."""

    allow_deletions: bool | None = Field(None, description="Let a full feed remove more than a fifth.")

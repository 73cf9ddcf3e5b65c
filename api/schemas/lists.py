"""Lists: a limit, a cursor, and where to go on."""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from api.inputs import Input

Limit = Annotated[int, Field(ge=1, le=100, description="How many results at most.")]
Cursor = Annotated[str | None, Field(max_length=1000, description="`next_cursor` of the page before.")]
Item = TypeVar("Item", bound=BaseModel)


class Output(BaseModel):
    """What a caller gets, read from our dataclasses by attribute."""

    model_config = ConfigDict(from_attributes=True)


class PageQuery(Input):
    """Which page of a list."""

    limit: Limit = 20
    cursor: Cursor = None


class PageOut(Output, Generic[Item]):
    """One page of a list; ``next_cursor`` is null on the last."""

    results: list[Item]
    next_cursor: str | None = None

"""Search."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field

from api.inputs import Input
from api.schemas.lists import Cursor, Limit, Output


class SearchQuery(Input):
    """What to look for."""

    q: str = Field("", description="In the customer's words; empty browses.")
    limit: Limit = 20
    cursor: Cursor = None
    filter: list[str] = Field(
        [], max_length=50, description="`relation:value`, `-relation:value`, `price:10..30`, `weight:..2kg`; repeated."
    )
    facets: str = Field("", max_length=500, description="Names of facets, separated by commas.")
    sort: str | None = Field(None, max_length=50)
    explain: bool = Field(default=False, description="Each signal's share in the score.")
    min_version: int | None = Field(None, ge=0, description="Wait until the index has this catalogue version.")
    language: str | None = Field(None, max_length=20)


class HitOut(Output):
    """A product found."""

    model_config = ConfigDict(from_attributes=True, extra="allow")
    product_id: str
    title: str
    score: float


class FacetValueOut(Output):
    """A value and how many of the products found have it."""

    value: str
    count: int


class SearchOut(Output):
    """What was found, and how the words were understood."""

    results: list[HitOut]
    facets: dict[str, list[FacetValueOut]]
    understood: dict[str, Any]
    total: int | None
    catalogue_version: int
    next_cursor: str | None

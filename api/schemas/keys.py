"""Keys and their scopes."""

from __future__ import annotations

from pydantic import Field

from api.auth import Scope  # noqa: TC001 - pydantic reads it
from api.inputs import Input
from api.schemas.lists import Output, PageOut


class KeyIn(Input):
    """A key to make."""

    name: str = Field(min_length=1, max_length=200, description="Who or what it is for.")
    scopes: list[Scope] = Field(min_length=1, max_length=4)


class KeyOut(Output):
    """A key; the secret itself is not kept."""

    key_id: str
    name: str
    scopes: list[str]
    created_at: str
    revoked: bool


class NewKeyOut(KeyOut):
    """A key that was just made, with its secret: this is the only time it is shown."""

    key: str


class KeyPage(PageOut[KeyOut]):
    """Keys, revoked ones included."""

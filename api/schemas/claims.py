"""The verifier alone, as a service."""

from __future__ import annotations

from pydantic import Field, model_validator

from api.inputs import Input
from api.schemas.lists import Output
from api.schemas.texts import ClaimOut  # noqa: TC001 - pydantic reads it
from kg.model import Polarity  # noqa: TC001 - same
from kg.ontology import Relation  # noqa: TC001 - same


class FactIn(Input):
    """A fact to check against."""

    relation: Relation
    value: str = Field(min_length=1, max_length=500)
    polarity: Polarity = "affirmed"


class ClaimsCheckIn(Input):
    """A text, and a product or facts to check it against."""

    product_id: str | None = Field(None, min_length=1, max_length=500)
    facts: list[FactIn] | None = Field(None, max_length=500)
    text: str = Field(min_length=1, max_length=10_000)
    language: str | None = Field(None, max_length=20, description="Of the text; seen from it where it is missing.")

    @model_validator(mode="after")
    def _one_source(self) -> ClaimsCheckIn:
        if (self.product_id is None) == (self.facts is None):
            raise ValueError("give either product_id or facts")
        return self


class ClaimsCheckOut(Output):
    """The claims of the text, in order; what states nothing is in none."""

    claims: list[ClaimOut]

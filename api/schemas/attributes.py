"""Attributes of a product by any name."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from api.inputs import Input
from api.schemas.lists import Output
from api.schemas.products import EvidenceOut  # noqa: TC001 - pydantic reads it
from kg.attributes import Status  # noqa: TC001 - same

_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class AttributeQuery(Input):
    """Attributes by the names that the caller's schema has for them."""

    name: list[_Name] = Field(min_length=1, max_length=20, description="Repeat it, 20 at most.")
    category: str = Field("", max_length=100, description="For a model that was taught your schema: the product's.")


class AttributeOut(Output):
    """What the product has for an attribute; ``value`` and ``evidence`` are null where it does not say."""

    name: str
    status: Status = Field(
        description="`absent`: the product does not state it. `not_read`: its texts are in a language that no model "
        "reads, or in English where the name has no Latin letter."
    )
    value: str | None
    evidence: EvidenceOut | None


class AttributesOut(Output):
    """One answer for each name, in the order they were asked."""

    product_id: str
    results: list[AttributeOut]

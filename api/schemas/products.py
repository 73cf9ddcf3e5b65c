"""Products with their facts, evidence, neighbourhood, related products and reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, WithJsonSchema

from api.inputs import Input
from api.schemas.lists import Limit, Output, PageOut
from kg.model import EvidenceSource, FactState, Polarity  # noqa: TC001 - pydantic reads them
from kg.ontology import Relation  # noqa: TC001 - same

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.graph import StoredProduct
    from kg.model import Fact


class PriceOut(Output):
    """An amount of money."""

    amount: float
    currency: str | None = None


class EvidenceOut(Output):
    """Where a fact was read: code points, half-open, into the raw field."""

    source: EvidenceSource
    field: str
    review_id: str | None
    start: int
    end: int
    text: str
    extractor: str
    confidence: float


class EntityOut(Output):
    """The node that products with the same value share."""

    label: str
    key: str
    name: str
    quantity: tuple[str, float, str] | None = Field(None, description="Kind, magnitude and unit in base units.")


class FactOut(Output):
    """One fact with its evidence."""

    fact_id: str
    relation: Relation
    value: str
    polarity: Polarity
    confidence: float
    state: FactState
    entity: EntityOut
    evidence: list[EvidenceOut]
    contested_with: list[str]
    valid_from: str
    valid_to: str


class ProductOut(Output):
    """A product as it was imported, and what was read from it."""

    product_id: str
    title: str
    description: str
    bullets: list[str]
    brand: str | None
    product_type: list[str]
    item_group_id: str | None
    color: str | None
    size: str | None
    material: str | None
    gtin: str | None
    condition: str | None
    url: str | None
    image_url: str | None
    language: str
    price: PriceOut | None
    sale_price: PriceOut | None
    availability: str | None
    facts: list[FactOut]
    closed_facts: list[FactOut] | None = Field(None, description="What was once stated; only with `history=true`.")
    review_count: int
    rating_average: float | None
    catalogue_version: int = Field(description="The version of the product's last change.")
    updated_at: str

    @classmethod
    def of(cls, stored: StoredProduct, *, closed: Iterable[Fact] | None = None) -> ProductOut:
        """The product with its facts, feed values first."""
        fields: dict[str, Any] = {name: getattr(stored.product, name) for name in _RAW_FIELDS}
        return cls(
            **fields,
            facts=[FactOut.model_validate(one) for one in stored.facts],
            closed_facts=None if closed is None else [FactOut.model_validate(one) for one in closed],
            review_count=stored.review_count,
            rating_average=stored.rating_average,
            catalogue_version=stored.version,
            updated_at=stored.updated_at,
        )


_RAW_FIELDS = (
    "product_id", "title", "description", "bullets", "brand", "product_type", "item_group_id", "color", "size",
    "material", "gtin", "condition", "url", "image_url", "language", "price", "sale_price", "availability",
)  # fmt: skip


class ProductPage(PageOut[ProductOut]):
    """Products in the order of their ids."""


class ProductQuery(Input):
    """How much of a product to send."""

    history: bool = Field(default=False, description="Also the facts that are no longer stated.")


# An import's row rules decide what a value may be, so that a push and a feed never differ; here they are only told.
_TEXT: dict[str, Any] = {"type": ["string", "null"]}
_TEXTS: dict[str, Any] = {"type": ["array", "string", "null"], "items": {"type": "string"}}
_PRICE: dict[str, Any] = {
    "anyOf": [
        {
            "type": "object",
            "properties": {"amount": {"type": ["number", "string"]}, "currency": {"type": ["string", "null"]}},
            "required": ["amount"],
        },
        {"type": ["number", "string", "null"]},
    ]
}
_Text = Annotated[Any, WithJsonSchema(_TEXT)]
_Texts = Annotated[Any, WithJsonSchema(_TEXTS)]
_Price = Annotated[Any, WithJsonSchema(_PRICE)]


class ProductPatch(Input):
    """What changes; null clears a field."""

    title: _Text = None
    description: _Text = None
    bullets: _Texts = None
    brand: _Text = None
    product_type: _Texts = None
    item_group_id: _Text = None
    color: _Text = None
    size: _Text = None
    material: _Text = None
    gtin: _Text = None
    condition: _Text = None
    url: _Text = None
    image_url: _Text = None
    language: _Text = None
    price: _Price = None
    sale_price: _Price = None
    availability: _Text = None


class ProductIn(ProductPatch):
    """A whole product; a field that is missing is empty. ``product_id``, if given, is the one in the address."""

    product_id: _Text = None


class DeletedOut(Output):
    """That a product is gone, and since which catalogue version."""

    product_id: str
    deleted: Literal[True] = True
    catalogue_version: int


class NodeOut(Output):
    """A node to draw: a product or an entity."""

    id: str
    label: str
    name: str


class EdgeOut(Output):
    """An edge between two nodes, by their ids."""

    source: str
    target: str
    relation: str
    polarity: Polarity | None
    state: FactState | None
    fact_id: str | None


class GraphOut(Output):
    """The neighbourhood of a product, ready to draw."""

    nodes: list[NodeOut]
    edges: list[EdgeOut]


class GraphQuery(Input):
    """How much of the neighbourhood."""

    limit: int = Field(200, ge=1, le=1000, description="How many nodes at most.")


class RelatedQuery(Input):
    """Which related products."""

    kind: Literal["variant", "accessory", "complement", "substitute", "similar"] | None = None
    limit: Limit = 20


class RelatedOut(Output):
    """A related product, and the paths that explain why."""

    product_id: str
    kind: str
    score: float
    reasons: list[dict[str, Any]]


class RelatedPage(PageOut[RelatedOut]):
    """Related products, best first."""


class ReviewOut(Output):
    """What a customer wrote."""

    review_id: str
    product_id: str
    rating: float | None
    title: str
    body: str
    created_at: str | None
    verified: bool


class ReviewPage(PageOut[ReviewOut]):
    """Reviews of a product."""

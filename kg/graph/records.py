"""What of the catalogue goes into the graph and comes out of it, beside the vocabulary of ``kg.model``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from kg.model import Evidence, Fact, FactState, Polarity, Product, Review
    from kg.ontology import DerivedRelation, Relation


@dataclass(frozen=True, slots=True)
class ProductState:
    """What decides whether a row changes a product; ``sequence`` is that of the last row applied."""

    product_id: str
    sequence: int
    version: int
    content_hash: str
    offer_hash: str
    embedding_model: str
    deleted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductWrite:
    """A product to write; ``embedding`` None keeps its embedding.

    ``facts`` None keeps its facts and says that its text is unchanged: ``content_hash`` is then that of the graph.
    """

    product: Product
    sequence: int
    content_hash: str
    offer_hash: str
    facts: tuple[Fact, ...] | None = None
    embedding: Sequence[float] | np.ndarray | None = None
    embedding_model: str | None = None


@dataclass(frozen=True, slots=True)
class WriteReceipt:
    """What a write did: ``written`` changed, ``superseded`` were older than what is there."""

    version: int
    written: tuple[str, ...] = ()
    superseded: tuple[str, ...] = ()
    stale_text_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredProduct:
    """A product with its open and contested facts."""

    product: Product
    facts: tuple[Fact, ...]
    version: int
    sequence: int
    updated_at: str
    review_count: int = 0
    rating_average: float | None = None


@dataclass(frozen=True, slots=True)
class ReviewWrite:
    """A review to write."""

    review: Review
    sequence: int
    review_hash: str


@dataclass(frozen=True, slots=True)
class ReviewReceipt:
    """What a write of reviews did; reviews older than what is there count as unchanged."""

    version: int
    changed: int = 0
    unchanged: int = 0
    unknown_product: tuple[str, ...] = ()
    stale_text_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangedProduct:
    """What the index needs of a product; ``product`` is None when it was deleted. Facts come without evidence."""

    product_id: str
    version: int
    deleted: bool
    product: Product | None
    facts: tuple[Fact, ...]
    embedding: np.ndarray | None
    embedding_model: str
    review_count: int
    rating_average: float | None


@dataclass(frozen=True, slots=True)
class ChangeBatch:
    """Changed products in the order of (version, product_id); ``next_after`` is None on the last page.

    Whoever has applied every page has the state of ``version`` of the last one.
    """

    products: tuple[ChangedProduct, ...]
    version: int
    next_after: tuple[int, str] | None


@dataclass(frozen=True, slots=True)
class SharedEntity:
    """An entity two products have in common; ``degree`` counts the facts about it."""

    relation: Relation
    label: str
    key: str
    name: str
    degree: int
    polarity: Polarity


@dataclass(frozen=True, slots=True)
class SharedEntities:
    """Another product and what it shares with the one asked about, the rarest first."""

    product_id: str
    shared: tuple[SharedEntity, ...]
    same_group: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A derived relation between two products."""

    source_id: str
    target_id: str
    relation: DerivedRelation
    score: float
    reason: str
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class ProductName:
    """What linking reads of a product."""

    product_id: str
    title: str
    brand: str | None
    item_group_id: str | None
    models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NeighbourNode:
    """A node to draw; ``id`` is unique among all labels."""

    id: str
    label: str
    name: str


@dataclass(frozen=True, slots=True)
class NeighbourEdge:
    """An edge to draw between two node ids."""

    source: str
    target: str
    relation: str
    polarity: Polarity | None = None
    state: FactState | None = None
    fact_id: str | None = None


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A part of the graph around a product."""

    nodes: tuple[NeighbourNode, ...]
    edges: tuple[NeighbourEdge, ...]

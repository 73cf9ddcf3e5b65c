"""The vocabulary as types: product, review, mention, entity, fact, evidence, text, claim, import, job.

Frozen and without behaviour beyond what identity needs, so that every package can pass them around.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from kg.ontology import LABELS, Relation

if TYPE_CHECKING:
    from decimal import Decimal

Polarity = Literal["affirmed", "negated"]
FactState = Literal["open", "contested", "closed"]
EvidenceSource = Literal["feed", "text", "review"]
WorkState = Literal["accepted", "running", "succeeded", "failed", "parked", "cancelled"]
TextKind = Literal["ad_copy", "review_summary", "answer", "blurb"]
TextState = Literal["draft", "approved", "rejected", "stale"]
Verdict = Literal["supported", "implied", "unsupported", "contradicted"]
Origin = Literal["model", "realiser", "editor"]
TEXT_FIELDS = ("title", "description", "bullets")


@dataclass(frozen=True, slots=True)
class Price:
    """An amount of money; ``currency`` is an ISO 4217 code or None where the feed does not say."""

    amount: Decimal
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What is sold, as it was imported: text fields are raw, evidence offsets point into them."""

    product_id: str
    title: str
    description: str = ""
    bullets: tuple[str, ...] = ()
    brand: str | None = None
    product_type: tuple[str, ...] = ()
    item_group_id: str | None = None
    color: str | None = None
    size: str | None = None
    material: str | None = None
    gtin: str | None = None
    condition: str | None = None
    url: str | None = None
    image_url: str | None = None
    language: str = "en"
    price: Price | None = None
    sale_price: Price | None = None
    availability: str | None = None

    def raw_field(self, name: str) -> str:
        """The raw text that evidence of field ``name`` points into, for example ``bullets[2]`` or ``color``.

        Raises:
            KeyError: the product has no such field.
        """
        if name.startswith("bullets[") and name.endswith("]"):
            position = int(name[8:-1])
            if position < len(self.bullets):
                return self.bullets[position]
            raise KeyError(name)
        if name.startswith("product_type[") and name.endswith("]"):
            position = int(name[13:-1])
            if position < len(self.product_type):
                return self.product_type[position]
            raise KeyError(name)
        value = getattr(self, name, None)
        if not isinstance(value, str):
            raise KeyError(name)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a customer wrote about a product; ``rating`` is 1 to 5, ``created_at`` an ISO date or time."""

    review_id: str
    product_id: str
    rating: float | None = None
    title: str = ""
    body: str = ""
    created_at: str | None = None
    verified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A span of a raw field that states a relation: ``raw_field(field)[start:end] == text`` (code points, half-open).

    ``part`` is what of the product it is about, where the text names it: "battery", "body".
    """

    relation: Relation
    polarity: Polarity
    source: EvidenceSource
    field: str
    start: int
    end: int
    text: str
    confidence: float
    extractor: str
    review_id: str | None = None
    part: str | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """A canonical node that products share; ``key`` is unique in its label, ``name`` is what people read.

    ``quantity`` holds what a Measure, Spec or Quantity says in base units as ``(kind, magnitude, unit)``, for example
    ``("weight", 5.4, "kilogram")``; filters on units and contradictions compare it.
    """

    label: str
    key: str
    name: str
    quantity: tuple[str, float, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where a fact was read; ``part`` is what of the product the text is about there, where it names it."""

    source: EvidenceSource
    field: str
    start: int
    end: int
    text: str
    extractor: str
    confidence: float
    review_id: str | None = None
    part: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One typed relationship of a product to an entity, with its evidence (one or more)."""

    fact_id: str
    product_id: str
    relation: Relation
    polarity: Polarity
    entity: Entity
    confidence: float
    state: FactState = "open"
    evidence: tuple[Evidence, ...] = ()
    contested_with: tuple[str, ...] = ()
    valid_from: str = ""
    valid_to: str = ""

    @property
    def value(self) -> str:
        """The value as people read it."""
        return self.entity.name


def fact_id(product_id: str, relation: Relation, polarity: Polarity, entity_key: str) -> str:
    """The id of the fact these four make: 32 hexadecimal digits, the same in every run."""
    identity = "\x1f".join((product_id, relation, polarity, LABELS[relation], entity_key))
    return hashlib.blake2b(identity.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Claim:
    """A span of generated text (code points, half-open) that states something, and the facts it rests on."""

    start: int
    end: int
    verdict: Verdict
    fact_ids: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One piece of a text.

    ``kind`` is headline, description, path, primary_text, paragraph, verdict, pro, con, minority, aspect or answer;
    ``review_ids`` are the reviews that a sentence of a summary or an answer rests on.
    """

    kind: str
    text: str
    origin: Origin
    claims: tuple[Claim, ...] = ()
    review_ids: tuple[str, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What was generated.

    ``request`` replays it; ``details`` holds what a kind adds: an answer's status, citations and intent, or the
    candidates that make the replay where batching changes the sums.
    """

    text_id: str
    kind: TextKind
    product_id: str
    language: str
    parts: tuple[Part, ...]
    state: TextState = "draft"
    job_id: str | None = None
    request: dict[str, Any] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    created_at: str = ""
    updated_at: str = ""
    stale_reason: str = ""

    @property
    def fact_ids(self) -> tuple[str, ...]:
        """The ids of every fact a part rests on, each once, in the order they appear."""
        return tuple(dict.fromkeys(one for part in self.parts for claim in part.claims for one in claim.fact_ids))

    @property
    def review_ids(self) -> tuple[str, ...]:
        """The ids of every review a part rests on, each once, in the order they appear."""
        return tuple(dict.fromkeys(one for part in self.parts for one in part.review_ids))

"""Between the vocabulary's types and the properties of nodes and relationships."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from kg.model import Claim, Entity, Evidence, Fact, Part, Price, Product, Review, Text
from kg.ontology import LABELS, RELATIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Row = Mapping[str, Any]

_LONGEST_KEY = 2_000  # bytes
_RELATION_ORDER = {relation: order for order, relation in enumerate(RELATIONS)}


def dump(value: Any) -> str:  # noqa: ANN401 - any JSON
    """A value as JSON text, for properties that the graph need not look into."""
    return orjson.dumps(value, default=str).decode()


def load(text: str | None) -> Any:  # noqa: ANN401 - any JSON
    """The value of JSON text, None of nothing."""
    return None if text is None else orjson.loads(text)


def product_properties(product: Product) -> dict[str, Any]:
    """The properties a product's node gets; None takes one away."""
    _require_key(product.product_id)
    price, sale_price = product.price, product.sale_price
    return {
        "product_id": product.product_id,
        "title": product.title,
        "description": product.description,
        "bullets": list(product.bullets),
        "brand": product.brand,
        "product_type": list(product.product_type),
        "item_group_id": product.item_group_id,
        "variant_group": index_key(product.item_group_id) if product.item_group_id else None,
        "color": product.color,
        "size": product.size,
        "material": product.material,
        "gtin": product.gtin,
        "condition": product.condition,
        "url": product.url,
        "image_url": product.image_url,
        "language": product.language,
        # As text: an amount of money is exact, a property of the graph is a double.
        "price_amount": str(price.amount) if price else None,
        "price_currency": price.currency if price else None,
        "sale_price_amount": str(sale_price.amount) if sale_price else None,
        "sale_price_currency": sale_price.currency if sale_price else None,
        "availability": product.availability,
    }


def product_from(row: Row) -> Product:
    """The product of a node's properties."""
    fields = dict(row)
    price = _price(fields.pop("price_amount", None), fields.pop("price_currency", None))
    sale_price = _price(fields.pop("sale_price_amount", None), fields.pop("sale_price_currency", None))
    fields["description"] = fields.get("description") or ""
    fields["bullets"] = tuple(fields.get("bullets") or ())
    fields["product_type"] = tuple(fields.get("product_type") or ())
    return Product(price=price, sale_price=sale_price, **fields)


def index_key(key: str) -> str:
    """The key as it is indexed: itself, or a very long one's start and hash (Neo4j indexes 8 KB at most)."""
    raw = key.encode()
    if len(raw) <= _LONGEST_KEY:
        return key
    return f"{key[:200]}#{hashlib.blake2b(raw, digest_size=16).hexdigest()}"


def _require_key(key: str) -> None:
    if not key:  # the embedded engine would take a null key, and merge everything into one node
        raise ValueError("what is kept in the graph needs a key")


def _price(amount: str | None, currency: str | None) -> Price | None:
    return None if amount is None else Price(Decimal(amount), currency)


def embedding_property(embedding: Sequence[float] | np.ndarray) -> list[float]:
    """An embedding as the graph's own vector indexes read it: a list of floats.

    Bytes would be smaller, but no vector index reads them; with the driver's Rust codec a list costs 0.1 ms to read.
    """
    return np.asarray(embedding, dtype=np.float32).tolist()  # type: ignore[no-any-return]


def embedding_from(value: Sequence[float] | None) -> np.ndarray | None:
    """The embedding of a node, as float32."""
    return None if value is None else np.asarray(value, dtype=np.float32)


def entity_properties(entity: Entity) -> dict[str, Any]:
    """The row that makes an entity's node."""
    _require_key(entity.key)
    kind, magnitude, unit = entity.quantity or (None, None, None)
    return {
        "key": index_key(entity.key),
        "name": entity.name,
        "quantity_kind": kind,
        "quantity_magnitude": magnitude,
        "quantity_unit": unit,
    }


def fact_properties(fact: Fact) -> dict[str, Any]:
    """The properties of a fact's relationship that extraction decides, without its times."""
    return {
        "fact_id": fact.fact_id,
        "polarity": fact.polarity,
        "confidence": float(fact.confidence),
        "state": fact.state,
        "contested_with": sorted(fact.contested_with),
        "evidence": dump(fact.evidence),
    }


def facts_from(product_id: str, rows: Iterable[Sequence[Any]]) -> tuple[Fact, ...]:
    """The facts of a product from the lists that statements return, in the order of relation, entity and polarity.

    A list is (relation, fact_id, polarity, confidence, state, contested_with, valid_from, valid_to, key, name,
    quantity_kind, quantity_magnitude, quantity_unit), and its evidence where the statement reads it.
    """
    facts = [_fact(product_id, row) for row in rows]
    return tuple(
        sorted(
            facts, key=lambda fact: (_RELATION_ORDER[fact.relation], fact.entity.key, fact.polarity, fact.valid_from)
        )
    )


def _fact(product_id: str, row: Sequence[Any]) -> Fact:
    (relation, fact_id, polarity, confidence, state, contested_with, valid_from, valid_to, key, name, kind, magnitude,
     unit, *evidence) = row  # fmt: skip
    return Fact(
        fact_id=fact_id,
        product_id=product_id,
        relation=relation,
        polarity=polarity,
        entity=Entity(LABELS[relation], key, name, (kind, magnitude, unit) if kind is not None else None),
        confidence=confidence,
        state=state,
        evidence=tuple(Evidence(**one) for one in load(evidence[0])) if evidence else (),
        contested_with=tuple(contested_with or ()),
        valid_from=valid_from,
        valid_to=valid_to or "",
    )


def review_properties(review: Review) -> dict[str, Any]:
    """The properties of a review's node."""
    _require_key(review.review_id)
    return {
        "review_id": review.review_id,
        "product_id": review.product_id,
        "rating": None if review.rating is None else float(review.rating),
        "title": review.title,
        "body": review.body,
        "created_at": review.created_at,
        "verified": review.verified,
    }


def review_from(row: Row) -> Review:
    """The review of a node's properties."""
    return Review(
        review_id=row["review_id"],
        product_id=row["product_id"],
        rating=row["rating"],
        title=row["title"] or "",
        body=row["body"] or "",
        created_at=row["created_at"],
        verified=bool(row["verified"]),
    )


def text_properties(text: Text) -> dict[str, Any]:
    """The properties of a text's node."""
    return {
        "text_id": text.text_id,
        "kind": text.kind,
        "product_id": text.product_id,
        "language": text.language,
        "state": text.state,
        "job_id": text.job_id,
        "request": dump(text.request),
        "details": dump(text.details),
        "created_at": text.created_at,
        "updated_at": text.updated_at,
        "stale_reason": text.stale_reason,
        **parts_properties(text.parts),
    }


def parts_properties(parts: Sequence[Part]) -> dict[str, Any]:
    """The properties that follow from a text's parts: what it says and what it rests on."""
    probe = Text(text_id="", kind="ad_copy", product_id="", language="", parts=tuple(parts))
    return {"parts": dump(probe.parts), "fact_ids": list(probe.fact_ids), "review_ids": list(probe.review_ids)}


def text_from(row: Row) -> Text:
    """The text of a node's properties."""
    return Text(
        text_id=row["text_id"],
        kind=row["kind"],
        product_id=row["product_id"],
        language=row["language"],
        parts=tuple(_part(part) for part in load(row["parts"])),
        state=row["state"],
        job_id=row["job_id"],
        request=load(row["request"]),
        details=load(row["details"]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        stale_reason=row["stale_reason"] or "",
    )


def _part(fields: dict[str, Any]) -> Part:
    claims = tuple(Claim(**{**claim, "fact_ids": tuple(claim["fact_ids"])}) for claim in fields["claims"])
    return Part(**{**fields, "claims": claims, "review_ids": tuple(fields["review_ids"])})

"""What the index keeps of a product: its card, its values to filter and count by, its numbers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from search.index.lexical import Document

if TYPE_CHECKING:
    from kg.graph import ChangedProduct
    from kg.model import Fact, Price, Product

# What the feed says stands in for facts that have not been read yet.
_ATTRIBUTES: Final = (("brand", "brand"), ("color", "color"), ("material", "material"))
_LONGEST_BODY: Final = 50_000
_LONGEST_VALUE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A product in the index; ``values`` maps a facet name to (key, name) pairs, ``-name`` holds negated facts."""

    product_id: str
    version: int
    title: str
    item_group_id: str | None
    card: dict[str, Any]
    values: dict[str, list[tuple[str, str]]]
    numbers: dict[str, list[float]]


def tie(product_id: str) -> int:
    """What orders equals, the same in every process: 63 bits of a hash of the id."""
    return int.from_bytes(hashlib.blake2b(product_id.encode("utf-8", "replace"), digest_size=8).digest()) >> 1


def row_of(changed: ChangedProduct, product: Product) -> Row:
    """The row of a changed product."""
    price = product.sale_price or product.price
    numbers = _quantities(changed.facts)
    if price is not None:
        numbers["price"] = [float(price.amount)]
    if changed.rating_average is not None:
        numbers["rating"] = [changed.rating_average]
    numbers["reviews"] = [float(changed.review_count)]
    return Row(
        product_id=product.product_id,
        version=changed.version,
        title=product.title,
        item_group_id=product.item_group_id,
        card=_card(changed, product),
        values=_values(changed.facts, product),
        numbers=numbers,
    )


def document_of(changed: ChangedProduct, product: Product) -> Document:
    """The texts of a changed product."""
    names = [fact.value for fact in changed.facts if fact.polarity == "affirmed"]
    attributes = [value for value in (product.color, product.material, product.size) if value]
    return Document(
        title=product.title,
        brand=product.brand or "",
        types=product.product_type,
        facts=tuple(dict.fromkeys(names)),
        body=(*attributes, *product.bullets, product.description[:_LONGEST_BODY]),
        ids=tuple(value for value in (product.product_id, product.gtin) if value),
    )


def _card(changed: ChangedProduct, product: Product) -> dict[str, Any]:
    card: dict[str, Any] = {
        "brand": product.brand,
        "product_type": list(product.product_type),
        "color": product.color,
        "size": product.size,
        "material": product.material,
        "price": _price(product.price),
        "sale_price": _price(product.sale_price),
        "availability": product.availability,
        "condition": product.condition,
        "url": product.url,
        "image_url": product.image_url,
        "language": product.language,
        "rating_average": changed.rating_average,
        "review_count": changed.review_count,
        "version": changed.version,
    }
    return {name: value for name, value in card.items() if value not in (None, [])}


def _price(price: Price | None) -> dict[str, Any] | None:
    return None if price is None else {"amount": float(price.amount), "currency": price.currency}


def _values(facts: tuple[Fact, ...], product: Product) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, dict[str, str]] = {}
    for fact in facts:
        name = fact.relation.lower() if fact.polarity == "affirmed" else f"-{fact.relation.lower()}"
        found.setdefault(name, {}).setdefault(fact.entity.key, fact.entity.name)
    for name, attribute in _ATTRIBUTES:
        if (value := getattr(product, attribute)) and name not in found:
            found[name] = {value: value}
    if product.product_type:
        found.setdefault("type", {product.product_type[-1]: product.product_type[-1]})
        found["product_type"] = {level: level for level in product.product_type}
    currency = product.price.currency if product.price else None
    for name, value in (
        ("availability", product.availability), ("language", product.language), ("condition", product.condition),
        ("item_group_id", product.item_group_id), ("size", product.size), ("currency", currency),
    ):  # fmt: skip
        if value:
            found[name] = {value: value}
    return {
        name: [(key[:_LONGEST_VALUE], value[:_LONGEST_VALUE]) for key, value in pairs.items()]
        for name, pairs in found.items()
    }


def _quantities(facts: tuple[Fact, ...]) -> dict[str, list[float]]:
    numbers: dict[str, list[float]] = {}
    for fact in facts:
        if fact.entity.quantity is not None and fact.polarity == "affirmed":
            kind, magnitude, _ = fact.entity.quantity
            numbers.setdefault(kind, []).append(float(magnitude))
    return numbers

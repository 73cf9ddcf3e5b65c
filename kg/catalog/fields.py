"""From a row's names and values to a `Product` or a `Review`; what is wrong is a `RowError` that names the field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from kg.catalog.language import detect_language
from kg.catalog.prices import parse_price
from kg.catalog.values import (
    is_yuan,
    read_availability,
    read_identifier,
    read_language,
    read_moment,
    read_rating,
    read_text,
    read_texts,
    read_title,
    read_truth,
    read_url,
)
from kg.model import Product, Review
from shelfgraph.errors import InvalidRequestError, RowError

Kind = Literal["products", "reviews"]

PRODUCT_FIELDS: Final = (
    "product_id", "title", "description", "bullets", "brand", "product_type", "item_group_id", "color", "size",
    "material", "gtin", "condition", "url", "image_url", "language", "price", "sale_price", "availability",
)  # fmt: skip
REVIEW_FIELDS: Final = ("review_id", "product_id", "rating", "title", "body", "created_at", "verified")
_HELPERS: Final = ("currency",)


def check_mapping(mapping: Mapping[str, str] | None, kind: Kind) -> dict[str, str]:
    """The mapping (our field = their column), checked.

    Raises:
        InvalidRequestError: ``catalog.mapping_invalid``, it names a field we do not have, or no column.
    """
    known = (*(PRODUCT_FIELDS if kind == "products" else REVIEW_FIELDS), *_HELPERS)
    for field, column in (mapping or {}).items():
        if field not in known or not column.strip():
            raise InvalidRequestError(
                "catalog.mapping_invalid",
                f"The mapping {field!r} = {column!r} is not usable.",
                help=f"Write OUR_FIELD=THEIR_COLUMN, where our field is one of {', '.join(known)}.",
            )
    return dict(mapping or {})


def mapped(values: Mapping[str, object], mapping: Mapping[str, str]) -> Mapping[str, object]:
    """``values`` under our names; a column not found by its full name is looked up as a dotted path."""
    if not mapping:
        return values
    renamed = dict(values)
    for field, column in mapping.items():
        renamed[field] = values[column] if column in values else _at_path(values, column)
    return renamed


def parse_product(values: Mapping[str, object], *, detect: bool = True) -> Product:
    """The product in ``values``, under our names.

    Args:
        values: as JSON has them; unknown names are passed over.
        detect: find the language where the row does not say (else ``en``).

    Raises:
        RowError: with the code and, in ``details``, the field.
    """
    title = read_title(values)
    product_id = read_identifier(values, "product_id")
    description = read_text(values, "description") or ""
    bullets = read_texts(values, "bullets", separator="\n")
    language = read_language(values)
    if language is None:
        language = detect_language(title, *bullets, description) if detect else "en"
    currency = read_text(values, "currency") or ("CNY" if language == "zh" and is_yuan(values.get("price")) else None)
    return Product(
        product_id=product_id,
        title=title,
        description=description,
        bullets=bullets,
        brand=read_text(values, "brand"),
        product_type=read_texts(values, "product_type", separator=">"),
        item_group_id=read_text(values, "item_group_id"),
        color=read_text(values, "color"),
        size=read_text(values, "size"),
        material=read_text(values, "material"),
        gtin=read_text(values, "gtin"),
        condition=read_text(values, "condition"),
        url=read_url(values, "url"),
        image_url=read_url(values, "image_url"),
        language=language,
        price=parse_price(values.get("price"), currency=currency),
        sale_price=parse_price(values.get("sale_price"), field="sale_price", currency=currency),
        availability=read_availability(values),
    )


def parse_review(values: Mapping[str, object]) -> Review:
    """The review in ``values``, under our names.

    Raises:
        RowError: with the code and, in ``details``, the field.
    """
    review_id, product_id = read_identifier(values, "review_id"), read_identifier(values, "product_id")
    review = Review(
        review_id=review_id,
        product_id=product_id,
        rating=read_rating(values.get("rating")),
        title=read_text(values, "title") or "",
        body=read_text(values, "body") or "",
        created_at=read_moment(values.get("created_at")),
        verified=read_truth(values.get("verified"), "verified"),
    )
    if review.rating is None and not review.title and not review.body:
        raise RowError("catalog.review_empty", "The review has no rating, title or body.", field="body")
    return review


def _at_path(values: Mapping[str, object], column: str) -> object:
    found: object = values
    for step in column.split("."):
        if not isinstance(found, Mapping) or step not in found:
            return None
        found = found[step]
    return found

"""Hashes that tell what of a row changed: what is read, what is only offered, or nothing."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.model import Price, Product, Review


def content_hash(product: Product) -> str:
    """32 hexadecimal digits over everything extraction and embedding read: the texts and attributes."""
    return _digest(
        (
            product.product_id,
            product.title,
            product.description,
            "\x1e".join(product.bullets),
            product.brand,
            "\x1e".join(product.product_type),
            product.item_group_id,
            product.color,
            product.size,
            product.material,
            product.gtin,
            product.condition,
            product.language,
        )
    )


def offer_hash(product: Product) -> str:
    """32 hexadecimal digits over what is kept but never read for facts: prices, availability and the two addresses."""
    return _digest(
        (
            *_money(product.price),
            *_money(product.sale_price),
            product.availability,
            product.url,
            product.image_url,
        )
    )


def review_hash(review: Review) -> str:
    """32 hexadecimal digits over the whole review."""
    return _digest(
        (
            review.review_id,
            review.product_id,
            None if review.rating is None else repr(float(review.rating)),
            review.title,
            review.body,
            review.created_at,
            "1" if review.verified else "0",
        )
    )


def _money(price: Price | None) -> tuple[str | None, str | None]:
    # 12.9 and 12.90 are one price
    return (None, None) if price is None else (format(price.amount.normalize(), "f"), price.currency)


def _digest(parts: Iterable[str | None]) -> str:
    # None and the empty text differ, and no text can hold the separator and stay UTF-8 for long: lengths make it exact
    joined = "".join("-" if part is None else f"{len(part)}:{part}" for part in parts)
    return hashlib.blake2b(joined.encode("utf-8", errors="surrogatepass"), digest_size=16).hexdigest()

"""What a reader yields: a product, a review, or the row that was refused, with its line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.model import Product, Review
    from shelfgraph.errors import RowError

FeedFormat = Literal["jsonl", "json", "csv", "tsv", "merchant_xml", "merchant_tsv", "shopify_csv"]

KEPT_ROW_CHARACTERS = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLimits:
    """How much a feed may be; the defaults are those of the settings.

    Args:
        max_bytes: size of the feed in bytes, decompressed.
        max_row_bytes: size of one row in bytes.
        max_ratio: times that compressed input may grow, looked at once ``ratio_from_bytes`` have come out.
        ratio_from_bytes: bytes of output from which ``max_ratio`` counts.
    """

    max_bytes: int = 20 * 2**30
    max_row_bytes: int = 4 * 2**20
    max_ratio: int = 200
    ratio_from_bytes: int = 32 * 2**20


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A row that is a product.

    ``line`` grows strictly within a feed: the line on which the row starts where the format has lines (JSONL, CSV,
    TSV), the position of the entry, from 1, where it has none (a JSON array, XML).
    """

    line: int
    product: Product


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A row that is a review; ``line`` as in `ProductRow`."""

    line: int
    review: Review


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that was refused; the feed goes on.

    Args:
        line: as in `ProductRow`.
        field: our name of the field at fault, empty where it is the row as a whole.
        code: stable and dotted, for example ``catalog.price_invalid``.
        reason: a sentence for the merchant.
        row: the row as it was sent, cut to 2048 characters.
    """

    line: int
    field: str
    code: str
    reason: str
    row: str


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as its format gave it: names and values, nothing checked."""

    line: int
    values: Mapping[str, object]
    raw: bytes | str


def rejected(line: int, raw: bytes | str, error: RowError) -> RejectedRow:
    """The refused row that ``error`` makes of ``raw``."""
    # a code point has at most four bytes: cut before decoding, a raw row may be megabytes
    text = raw[: 4 * KEPT_ROW_CHARACTERS].decode(errors="replace") if isinstance(raw, bytes) else raw
    row = text[:KEPT_ROW_CHARACTERS].rstrip("\r\n").replace("\x00", "\ufffd")
    return RejectedRow(line, str(error.details.get("field", "")), error.code, error.message, row)

"""Reading catalogues: feeds of every format in, products, reviews and refused rows out; normalised text; hashes."""

from typing import TYPE_CHECKING

from kg.catalog.fields import PRODUCT_FIELDS, REVIEW_FIELDS, Kind, check_mapping, parse_product, parse_review
from kg.catalog.hashes import content_hash, offer_hash, review_hash
from kg.catalog.language import detect_language
from kg.catalog.normalisation import NormalisedText, normalise
from kg.catalog.prices import parse_price
from kg.catalog.reading import read_products, read_reviews
from kg.catalog.rows import FeedFormat, FeedLimits, ProductRow, RejectedRow, ReviewRow
from kg.catalog.scanning import FeedScan, scan

if TYPE_CHECKING:
    from kg.catalog.fetching import fetch

__all__ = [
    "PRODUCT_FIELDS",
    "REVIEW_FIELDS",
    "FeedFormat",
    "FeedLimits",
    "FeedScan",
    "Kind",
    "NormalisedText",
    "ProductRow",
    "RejectedRow",
    "ReviewRow",
    "check_mapping",
    "content_hash",
    "detect_language",
    "fetch",
    "normalise",
    "offer_hash",
    "parse_price",
    "parse_product",
    "parse_review",
    "read_products",
    "read_reviews",
    "review_hash",
    "scan",
]


def __getattr__(name: str) -> object:
    if name == "fetch":
        from kg.catalog.fetching import fetch  # noqa: PLC0415 - brings an HTTP client, needed by imports from a URL only

        return fetch
    raise AttributeError(name)

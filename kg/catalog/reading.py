"""The two readers: a feed in, products or reviews and the rows that were refused out, in constant memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from kg.catalog.delimited import read_delimited
from kg.catalog.fields import Kind, check_mapping, mapped, parse_product, parse_review
from kg.catalog.formats import detect_format
from kg.catalog.json_feed import read_json, read_jsonl
from kg.catalog.merchant import from_merchant
from kg.catalog.merchant_xml import read_xml
from kg.catalog.rows import FeedFormat, FeedLimits, ProductRow, RawRow, RejectedRow, ReviewRow, rejected
from kg.catalog.shopify import group_variants
from kg.catalog.streams import open_feed
from shelfgraph.errors import FeedError, RowError

if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Iterator, Mapping


def read_products(  # noqa: PLR0913 - independent options of one call, all keyword-only
    source: BinaryIO,
    *,
    format: FeedFormat | None = None,  # noqa: A002 - the word of the API and the CLI
    mapping: Mapping[str, str] | None = None,
    limits: FeedLimits | None = None,
    detect: bool = True,
    superseded: Callable[[int], bool] | None = None,
) -> Iterator[ProductRow | RejectedRow]:
    """The products of a feed, in its order, mixed with the rows that were refused.

    Args:
        source: plain or gzip; read once, from where it stands.
        format: found from the content where None.
        mapping: our field = their column, over the names the format has by itself.
        limits: sizes; the defaults where None.
        detect: find the language of rows that do not say (a first pass that only counts can do without).
        superseded: tells of a line that a later one replaces it (`FeedScan.superseded`); such a row is refused as
            ``catalog.duplicate_id``. Without it every row comes as it is.

    Raises:
        FeedError: the feed itself is faulty (``catalog.feed_*``); the rows before the fault have been yielded.
        InvalidRequestError: ``catalog.mapping_invalid``.
    """
    names = check_mapping(mapping, "products")
    for row in _rows(source, format, names, limits or FeedLimits(), "products"):
        if isinstance(row, RejectedRow):
            yield row
            continue
        try:
            if superseded is not None and superseded(row.line):
                raise _duplicate(row.values, "product_id")
            yield ProductRow(row.line, parse_product(row.values, detect=detect))
        except RowError as error:
            yield rejected(row.line, row.raw, error)


def read_reviews(
    source: BinaryIO,
    *,
    format: FeedFormat | None = None,  # noqa: A002 - as in read_products
    mapping: Mapping[str, str] | None = None,
    limits: FeedLimits | None = None,
    superseded: Callable[[int], bool] | None = None,
) -> Iterator[ReviewRow | RejectedRow]:
    """The reviews of a feed (JSONL, JSON, CSV or TSV); arguments and errors as in `read_products`."""
    names = check_mapping(mapping, "reviews")
    for row in _rows(source, format, names, limits or FeedLimits(), "reviews"):
        if isinstance(row, RejectedRow):
            yield row
            continue
        try:
            if superseded is not None and superseded(row.line):
                raise _duplicate(row.values, "review_id")
            yield ReviewRow(row.line, parse_review(row.values))
        except RowError as error:
            yield rejected(row.line, row.raw, error)


def _rows(
    source: BinaryIO,
    format: FeedFormat | None,  # noqa: A002 - as above
    names: Mapping[str, str],
    limits: FeedLimits,
    kind: Kind,
) -> Iterator[RawRow | RejectedRow]:
    """The rows under our names; raises at the end when there were none."""
    feed = open_feed(source, limits)
    format = format or detect_format(feed)  # noqa: A001 - as above
    if kind == "reviews" and format in {"merchant_xml", "merchant_tsv", "shopify_csv"}:
        # a header of reviews with the columns of a product feed is still just a table
        format = _plain_table(format)  # noqa: A001 - as above
    columns = {column: field for field, column in names.items()}
    empty = True
    for row in _raw_rows(feed, format, limits.max_row_bytes):
        empty = False
        if isinstance(row, RejectedRow):
            yield _with_our_name(row, columns)
            continue
        values = mapped(row.values, names)
        if format in {"merchant_xml", "merchant_tsv"} or (kind == "products" and format in {"csv", "tsv"}):
            values = _merged(row.values, values, names)
        yield RawRow(row.line, values, row.raw)
    if empty:
        raise FeedError("catalog.feed_empty", "The feed has no rows.", help="Send at least one row.")


def _duplicate(values: Mapping[str, object], field: str) -> RowError:
    return RowError(
        "catalog.duplicate_id",
        f"A later row has the same {field}, {values.get(field)!r}: that one counts.",
        field=field,
    )


def _raw_rows(feed: io.BufferedReader, format: FeedFormat, max_row_bytes: int) -> Iterator[RawRow | RejectedRow]:  # noqa: A002 - as above
    match format:
        case "jsonl":
            return read_jsonl(feed, max_row_bytes)
        case "json":
            return read_json(feed, max_row_bytes)
        case "merchant_xml":
            return read_xml(feed, max_row_bytes)
        case "shopify_csv":
            return group_variants(read_delimited(feed, max_row_bytes, tabs=False))
        case "csv" | "tsv" | "merchant_tsv":
            return read_delimited(feed, max_row_bytes, tabs=format != "csv")


def _merged(raw: Mapping[str, object], values: Mapping[str, object], names: Mapping[str, str]) -> dict[str, object]:
    """Merchant names understood, and what the caller mapped on top of them."""
    return from_merchant(raw) | {field: values[field] for field in names}


def _plain_table(format: FeedFormat) -> FeedFormat:  # noqa: A002 - as above
    if format == "merchant_xml":
        raise FeedError(
            "catalog.feed_format_unsupported", "Reviews cannot be read from XML.", help="Send JSONL, JSON, CSV or TSV."
        )
    return "tsv" if format == "merchant_tsv" else "csv"


def _with_our_name(row: RejectedRow, columns: Mapping[str, str]) -> RejectedRow:
    if row.field not in columns:
        return row
    return RejectedRow(row.line, columns[row.field], row.code, row.reason, row.row)

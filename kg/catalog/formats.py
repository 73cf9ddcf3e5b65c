"""Which format a feed has, told from its first bytes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import orjson

from shelfgraph.errors import FeedError

if TYPE_CHECKING:
    import io

    from kg.catalog.rows import FeedFormat

_MERCHANT_COLUMNS: Final = frozenset({"link", "image link", "image_link"})
_SHOPIFY_COLUMNS: Final = (frozenset({"handle", "title"}), frozenset({"url handle", "title"}))


def detect_format(feed: io.BufferedReader) -> FeedFormat:
    """The format of a plain UTF-8 feed, which stays where it is.

    Raises:
        FeedError: it starts like none of them.
    """
    head = feed.peek(1)
    start = head.lstrip(b" \t\r\n\x00\xef\xbb\xbf")
    if start.startswith(b"<"):
        return "merchant_xml"
    if start.startswith(b"["):
        return "json"
    if start.startswith(b"{"):
        return _lines_or_one(start)
    header = re.split(rb"[\r\n]", start, maxsplit=1)[0].decode("utf-8", errors="replace").casefold()
    tabs = header.count("\t") > max(header.count(","), header.count(";"))
    columns = {name.strip(' "') for name in re.split("\t" if tabs else "[,;|]", header)}
    if len(columns) == 1:
        raise FeedError(
            "catalog.feed_format_unknown",
            "The feed starts like none of the formats we read.",
            help="Send JSONL, a JSON array, CSV or TSV with a header, Google Merchant XML or Shopify CSV.",
        )
    if tabs:
        return "merchant_tsv" if "id" in columns and columns & _MERCHANT_COLUMNS else "tsv"
    if any(needed <= columns for needed in _SHOPIFY_COLUMNS):
        return "shopify_csv"
    return "csv"


def _lines_or_one(start: bytes) -> FeedFormat:
    """JSONL, unless the first line is only the beginning of an object that goes on below."""
    first, newline, _ = start.partition(b"\n")
    if re.match(rb'\{\s*"(?:products|items|reviews|results|data)"\s*:\s*\[', start):
        return "json"
    if not newline:
        return "jsonl"
    try:
        orjson.loads(first)
    except orjson.JSONDecodeError:
        return "json" if re.fullmatch(rb'\{\s*("(?:[^"\\]|\\.)*"\s*:\s*.{0,400}[,\[{])?\s*', first) else "jsonl"
    return "jsonl"

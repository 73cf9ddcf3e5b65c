"""Product feeds in XML: RSS 2.0 and Atom with Google's ``g:`` names; no DTD, no entities, nothing fetched."""

from __future__ import annotations

import codecs
import re
from collections import deque
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import ParseError

import orjson
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from kg.catalog.json_feed import too_large
from kg.catalog.rows import RawRow, RejectedRow, rejected
from shelfgraph.errors import FeedError, RowError

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator, Mapping

_CHUNK: Final = 64 * 1024
_GOOGLE: Final = "{http://base.google.com/"
_ITEMS: Final = frozenset({"item", "entry", "product"})
_MAX_DEPTH: Final = 64
_MAX_VALUES: Final = 2000
_DECLARED: Final = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]{2,30})["']""")
# what XML 1.0 forbids and feeds contain all the same
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ENDED_EARLY: Final = ("no element found", "unclosed token", "unclosed CDATA section", "partial character")


class _Items:
    """Takes the parser's events and keeps the item that is open; done ones wait in ``done``."""

    def __init__(self, max_row_bytes: int) -> None:
        self._limit = max_row_bytes
        self._depth = 0
        self._item_depth = 0
        self._size = 0
        self._text: list[str] = []
        self._plain: dict[str, list[str]] = {}
        self._google: dict[str, list[str]] = {}
        self._detail: dict[str, str] = {}
        self.count = 0
        self.events = 0
        self.done: deque[tuple[int, dict[str, object], bool]] = deque()

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        self.events += 1
        if self._depth > _MAX_DEPTH:
            raise FeedError("catalog.feed_xml_invalid", f"The XML is nested deeper than {_MAX_DEPTH} elements.")
        name = _local(tag)
        if not self._item_depth:
            if name in _ITEMS and not tag.startswith(_GOOGLE):
                self._item_depth, self._size = self._depth, 0
                self._plain, self._google = {}, {}
                self.count += 1
            return
        self._text = []
        level = self._depth - self._item_depth
        if level == 1:
            self._detail = {}
            if (
                name == "link"
                and (target := attributes.get("href"))
                and attributes.get("rel", "alternate") == "alternate"
            ):
                self._plain.setdefault("link", []).append(target)

    def data(self, text: str) -> None:
        self.events += 1
        if self._item_depth:
            self._size += len(text)
            if self._size <= self._limit:
                self._text.append(text)

    def end(self, tag: str) -> None:
        self.events += 1
        level = self._depth - self._item_depth
        if self._item_depth and self._size <= self._limit:
            text = "".join(self._text).strip()
            self._text = []
            name = _local(tag)
            if level == 1:
                self._value(tag, name, text or self._detail_text())
            elif level > 1 and text:
                self._detail[name] = text
        if self._item_depth and level == 0:
            whole = self._size <= self._limit
            merged = {**self._plain, **self._google}
            values = {name: texts[0] if len(texts) == 1 else texts for name, texts in merged.items()}
            self.done.append((self.count, dict(values), whole))
            self._item_depth = 0
        self._depth -= 1

    def _value(self, tag: str, name: str, text: str) -> None:
        if not text:
            return
        # an item has either Google's names or plain ones; where it has both, Google's count (Atom's own id is a URL)
        kept = self._google if tag.startswith(_GOOGLE) else self._plain
        texts = kept.setdefault(name, [])
        if len(texts) < _MAX_VALUES:
            texts.append(text)

    def _detail_text(self) -> str:
        """The text of an element with parts: of product_detail ``Weight: 5 kg``, of structured_title its content."""
        detail = self._detail
        if "attribute_name" in detail and "attribute_value" in detail:
            return f"{detail['attribute_name']}: {detail['attribute_value']}"
        return detail.get("content", "")

    def close(self) -> None:
        """Nothing is left to hand over."""


def read_xml(feed: io.BufferedReader, max_row_bytes: int) -> Iterator[RawRow | RejectedRow]:
    """The items of the feed in their order; ``line`` is the position of the item.

    Raises:
        FeedError: the XML has a DTD, is not well-formed, or ends early.
    """
    items = _Items(max_row_bytes)
    parser = DefusedXMLParser(target=items, forbid_dtd=True, encoding="utf-8")
    decoder = _Decoder(feed)
    quiet = 0
    for text in decoder.texts():
        seen = items.events
        fault = _fed(parser, text)
        yield from _rows(items, decoder, max_row_bytes)
        if fault is not None:
            raise fault
        quiet = 0 if items.events > seen else quiet + len(text)
        if quiet > max(max_row_bytes, _CHUNK):
            raise FeedError(
                "catalog.feed_xml_invalid", "A single tag or attribute of the XML is larger than a row may be."
            )
    fault = _fed(parser, None)
    yield from _rows(items, decoder, max_row_bytes)
    if fault is not None:
        raise fault


def _fed(parser: DefusedXMLParser, text: str | None) -> FeedError | None:
    """Feeds the parser, or ends it; the fault it found, to be raised once the items before it are out."""
    try:
        if text is None:
            parser.close()
        else:
            parser.feed(text)
    except DefusedXmlException:
        return FeedError(
            "catalog.feed_entity",
            "The XML has a document type or entity declaration, which may be an attack.",
            help="Send it without <!DOCTYPE …>.",
        )
    except ParseError as error:
        if any(sign in str(error) for sign in _ENDED_EARLY) and text is None:
            return FeedError(
                "catalog.feed_truncated",
                "The XML ends in the middle: it was cut on its way.",
                help="Send it again; the items before the cut were taken.",
            )
        return FeedError("catalog.feed_xml_invalid", f"The XML is not well-formed: {error}.", help="Mend it there.")
    except FeedError as error:
        return error
    return None


def _rows(items: _Items, decoder: _Decoder, max_row_bytes: int) -> Iterator[RawRow | RejectedRow]:
    while items.done:
        number, values, whole = items.done.popleft()
        raw = orjson.dumps(values)
        if not whole:
            yield rejected(number, raw, too_large(max_row_bytes))
        elif decoder.replaced and (broken := _broken_field(values)):
            error = RowError(
                "catalog.encoding_invalid", f"Element {broken!r} is not in the feed's encoding.", field=broken
            )
            yield rejected(number, raw, error)
        else:
            yield RawRow(number, values, raw)


def _broken_field(values: Mapping[str, object]) -> str | None:
    return next((name for name, value in values.items() if "\ufffd" in str(value)), None)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


class _Decoder:
    """The feed as text; broken bytes become U+FFFD, and ``replaced`` tells that there were some."""

    def __init__(self, feed: io.BufferedReader) -> None:
        self._feed = feed
        declared = _DECLARED.match(feed.peek(1)[:200])
        name = declared[1].decode() if declared else "utf-8"
        # UTF-16 was made UTF-8 when the feed was opened, whatever the declaration says
        if name.lower().startswith(("utf-16", "utf16", "ucs-2", "iso-10646-ucs-2")):
            name = "utf-8"
        try:
            self._strict = codecs.getincrementaldecoder(name)("strict")
            self._lenient = codecs.getincrementaldecoder(name)("replace")
            self._strict.decode(b"")
        except (LookupError, TypeError):
            raise FeedError(
                "catalog.feed_not_text",
                f"The XML declares the encoding {name!r}, which we do not know.",
                help="Use UTF-8.",
            ) from None
        self.replaced = False

    def texts(self) -> Iterator[str]:
        first = True
        while chunk := self._feed.read1(_CHUNK):
            text = self._decoded(chunk)
            if first:
                # the parser gets text, not the bytes the declaration speaks of
                text = re.sub(r"^\s*(?:<\?xml[^>]*\?>)?", "", text, count=1)
                first = False
            yield _FORBIDDEN.sub("", text)

    def _decoded(self, chunk: bytes) -> str:
        if not self.replaced:
            state = self._strict.getstate()
            try:
                return self._strict.decode(chunk)
            except UnicodeDecodeError:
                self.replaced = True
                self._lenient.setstate(state)
        return self._lenient.decode(chunk)

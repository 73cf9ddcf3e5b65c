"""The values of a row, one by one: what each may be, and what is said where it is not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Final

import orjson

from kg.catalog.normalisation import normalise
from shelfgraph.errors import RowError

# the most characters a field may have; what is longer is no catalogue text and would stall extraction
MAX_LENGTHS: Final = MappingProxyType({
    "product_id": 256, "review_id": 256, "title": 2_000, "description": 100_000, "bullets": 20_000, "body": 100_000,
    "url": 4_096, "image_url": 4_096,
})  # fmt: skip
_MAX_LENGTH: Final = 1_000
_MAX_ITEMS: Final = 200
_MAX_WHOLE_NUMBER: Final = 10**40
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_LANGUAGE: Final = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9_-]{1,20})?")
_AVAILABILITY: Final = MappingProxyType({
    "instock": "in_stock", "available": "in_stock", "outofstock": "out_of_stock", "soldout": "out_of_stock",
    "preorder": "preorder", "backorder": "backorder", "limitedavailability": "in_stock", "instoreonly": "in_stock",
    "onlineonly": "in_stock", "discontinued": "out_of_stock", "presale": "preorder",
})  # fmt: skip
_YES, _NO = frozenset({"true", "yes", "1", "y"}), frozenset({"false", "no", "0", "n"})
_LEAST_RATING, _MOST_RATING = 1, 5
_MILLISECONDS_FROM: Final = 10**11


def read_text(values: Mapping[str, object], field: str) -> str | None:
    """The text of a field, or None where there is none to see; a whole number counts as text.

    Raises:
        RowError: it is of another type, too long, or broken.
    """
    value = values.get(field)
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _MAX_WHOLE_NUMBER:
        value = str(value)
    if isinstance(value, list) and field not in {"title", "description", "body"} and value:
        # a name repeated in XML: the first one counts
        value = value[0]
    if not isinstance(value, str):
        raise RowError("catalog.field_type", f"{field} is {_json_type(value)}, not text.", field=field)
    return _clean(value, field)


def _clean(text: str, field: str) -> str | None:
    """The text as it was sent, but for NULs; None where nothing of it can be seen."""
    if len(text) > MAX_LENGTHS.get(field, _MAX_LENGTH):
        reason = f"{field} has {len(text):,} characters, {MAX_LENGTHS.get(field, _MAX_LENGTH):,} are the most."
        raise RowError("catalog.field_too_long", reason, field=field)
    if not text.isascii() and _SURROGATE.search(text):
        raise RowError("catalog.encoding_invalid", f"{field} holds half a character.", field=field)
    return text.replace("\x00", "") if text.strip(" \t\r\n\x00\u200b\ufeff") else None


def read_texts(values: Mapping[str, object], field: str, *, separator: str) -> tuple[str, ...]:
    """The texts of a list, which may come as one text with separators.

    Raises:
        RowError: as `read_text`.
    """
    value = values.get(field)
    if value is None:
        return ()
    if isinstance(value, str):
        value = _split(value, separator)
    if not isinstance(value, Sequence):
        raise RowError("catalog.field_type", f"{field} is {_json_type(value)}, not a list of texts.", field=field)
    if len(value) > _MAX_ITEMS:
        raise RowError(
            "catalog.field_too_long", f"{field} has {len(value)} entries, {_MAX_ITEMS} are the most.", field=field
        )
    texts = []
    for one in value:
        if one is None:
            continue
        if not isinstance(one, str):
            raise RowError("catalog.field_type", f"{field} holds {_json_type(one)}, not only texts.", field=field)
        if kept := _clean(one, field):
            texts.append(kept)
    return tuple(texts)


def _split(value: str, separator: str) -> Sequence[object]:
    if value.startswith("["):
        try:
            listed = orjson.loads(value)
        except orjson.JSONDecodeError:
            listed = None
        if isinstance(listed, list):
            return listed
    return [part.strip() for part in value.split(separator)]


def read_title(values: Mapping[str, object]) -> str:
    """The title.

    Raises:
        RowError: ``catalog.title_missing``, also where nothing of it can be seen.
    """
    title = read_text(values, "title")
    if title is None or not normalise(title).text.strip():
        raise RowError("catalog.title_missing", "The product has no title.", field="title")
    return title


def read_identifier(values: Mapping[str, object], field: str) -> str:
    """An id, without white space around it.

    Raises:
        RowError: ``catalog.id_missing`` or ``catalog.id_invalid``.
    """
    text = read_text(values, field)
    text = text.strip() if text else ""
    if not text:
        raise RowError("catalog.id_missing", f"The row has no {field}.", field=field)
    if _CONTROL.search(text):
        raise RowError("catalog.id_invalid", f"{field} holds a character that cannot be seen.", field=field)
    return text


def read_language(values: Mapping[str, object]) -> str | None:
    """The ISO 639 code that the row names, or None where it names none that can be read."""
    text = read_text(values, "language")
    found = _LANGUAGE.fullmatch(text.strip()) if text else None
    return found[1].lower() if found else None


def is_yuan(price: object) -> bool:
    """Whether a price bears the sign that yuan and yen share."""
    return isinstance(price, str) and ("¥" in price or "￥" in price)


def read_url(values: Mapping[str, object], field: str) -> str | None:
    """A web address.

    Raises:
        RowError: ``catalog.url_invalid``, it is none.
    """
    text = read_text(values, field)
    if text is None:
        return None
    text = text.strip()
    if text.startswith("//"):
        text = f"https:{text}"
    # any other scheme (javascript:, data:, file:) would be run or read where the URL is shown
    if not re.match(r"(?i)https?://[^\s/]", text) or _CONTROL.search(text):
        raise RowError("catalog.url_invalid", f"{field} is no http or https address.", field=field)
    return text


def read_availability(values: Mapping[str, object]) -> str | None:
    """``in_stock``, ``out_of_stock``, ``preorder`` or ``backorder``; another word as it is, in lower case."""
    text = read_text(values, "availability")
    if text is None:
        return None
    word = text.strip().rpartition("/")[2]
    return _AVAILABILITY.get(re.sub(r"[\W_]+", "", word).casefold(), re.sub(r"[\s-]+", "_", text.strip()).casefold())


def read_rating(value: object) -> float | None:
    """The rating.

    Raises:
        RowError: ``catalog.rating_invalid``, it is no number from 1 to 5.
    """
    if value is None or value == "":
        return None
    try:
        rating = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else -1.0
    except ValueError:
        rating = -1.0
    if not _LEAST_RATING <= rating <= _MOST_RATING:
        raise RowError("catalog.rating_invalid", "The rating is no number from 1 to 5.", field="rating")
    return rating


def read_moment(value: object) -> str | None:
    """An ISO 8601 date or time, also from seconds or milliseconds since the epoch.

    Raises:
        RowError: ``catalog.date_invalid``.
    """
    if value is None or value == "":
        return None
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            seconds = value / 1000 if value >= _MILLISECONDS_FROM else value
            return datetime.fromtimestamp(seconds, tz=UTC).isoformat().replace("+00:00", "Z")
        if isinstance(value, str):
            text = value.strip()
            return date.fromisoformat(text).isoformat() if len(text) == len("2026-01-09") else _time(text)
    except (ValueError, OverflowError, OSError):
        pass
    raise RowError("catalog.date_invalid", "created_at is no ISO 8601 date or time.", field="created_at")


def _time(text: str) -> str:
    datetime.fromisoformat(text)
    return text


def read_truth(value: object, field: str) -> bool:
    """True or false, false where nothing is said.

    Raises:
        RowError: ``catalog.field_type``.
    """
    if isinstance(value, bool):
        return value
    word = str(value).strip().casefold()
    if value is None or not word or word in _NO:
        return False
    if word in _YES:
        return True
    raise RowError("catalog.field_type", f"{field} is neither true nor false.", field=field)


def _json_type(value: object) -> str:
    names = {
        bool: "a truth value",
        int: "a number",
        float: "a number",
        list: "a list",
        dict: "an object",
        str: "a text",
    }
    return names.get(type(value), type(value).__name__)

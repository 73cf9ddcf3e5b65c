"""Names that other formats have for our fields: Google Merchant's, in XML and in files with a header."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_ALIASES: Final = MappingProxyType({
    "id": "product_id", "link": "url", "image_link": "image_url", "colour": "color", "product_highlight": "bullets",
    "content_language": "language", "structured_title": "title", "structured_description": "description",
})  # fmt: skip
_CATEGORY: Final = "google_product_category"


def from_merchant(values: Mapping[str, object]) -> dict[str, object]:
    """A Merchant row under our names; what stands under our own name already stays.

    Highlights and details become bullets, and Google's category stands in for a missing product type where it is
    words and not a number.
    """
    row: dict[str, object] = {}
    for column, value in values.items():
        name = re.sub(r"\s+", "_", column.strip().casefold()).removeprefix("g:")
        row.setdefault(name, value)
    details = _listed(row.pop("product_detail", None))
    for theirs, ours in _ALIASES.items():
        if theirs in row:
            value = row.pop(theirs)
            row.setdefault(ours, value)
    bullets = [*_listed(row.get("bullets")), *map(_detail, details)]
    if bullets:
        row["bullets"] = bullets
    for name in ("title", "description", "product_type"):
        if isinstance(value := row.get(name), list) and value and name != "product_type":
            row[name] = value[0]
        elif isinstance(value, list) and value and isinstance(value[0], str) and ">" in value[0]:
            # several product types: the first is the main one, as Google reads it
            row[name] = value[0]
    category = row.get(_CATEGORY)
    if not row.get("product_type") and isinstance(category, str) and not category.isdigit():
        row["product_type"] = category
    return row


def _listed(value: object) -> list[object]:
    if value is None:
        return []
    if isinstance(value, str):
        return [part for part in value.split("\n") if part.strip()]
    return list(value) if isinstance(value, list) else [value]


def _detail(value: object) -> object:
    """In a text file a detail is ``section:attribute:value``; in XML it came as ``attribute: value`` already."""
    if isinstance(value, str) and ": " not in value:
        parts = value.split(":")
        return ": ".join(part.strip() for part in parts[-2:] if part.strip())
    return value

"""Shopify's product CSV: the rows of one handle are a product's variants and pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.catalog.rows import RawRow, RejectedRow, rejected
from shelfgraph.errors import RowError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_MAX_ROWS: Final = 5000  # Shopify's own limit is 2048 variants
_MAX_GROUP: Final = 32 * 2**20
_NO_HANDLE: Final = RowError("catalog.id_missing", "The row has no Handle.", field="product_id")
_MAX_OPTIONS: Final = 3
_OPTION_FIELDS: Final = {
    "color": "color", "colour": "color", "farbe": "color", "couleur": "color", "颜色": "color",
    "size": "size", "größe": "size", "taille": "size", "尺寸": "size", "尺码": "size",
    "material": "material", "材质": "material",
}  # fmt: skip
# the export's names until 2024, by those since
_OLD_NAMES: Final = {
    "url handle": "handle", "description": "body (html)", "sku": "variant sku", "barcode": "variant barcode",
    "price": "variant price", "compare-at price": "variant compare at price", "product image url": "image src",
    "inventory quantity": "variant inventory qty", "inventory tracker": "variant inventory tracker",
    "continue selling when out of stock": "variant inventory policy", "variant image url": "variant image",
}  # fmt: skip


def group_variants(rows: Iterable[RawRow | RejectedRow]) -> Iterator[RawRow | RejectedRow]:
    """One row for each variant, with what the handle's first row says of all, under our names, in the feed's order."""
    group = _Group("")
    for row in map(_renamed, rows):
        if isinstance(row, RejectedRow):
            group.rows.append(row)
            continue
        handle = str(row.values.get("handle") or "").strip()
        if not handle:
            group.rows.append(rejected(row.line, row.raw, _NO_HANDLE))
            continue
        if handle != group.handle:
            yield from group.flush()
            group = _Group(handle, row.values)
        if row.values is group.first or _is_variant(row.values):
            group.rows.append(row)
            group.size += len(row.raw)
        if len(group.rows) >= _MAX_ROWS or group.size >= _MAX_GROUP:
            yield from group.flush(more=True)
    yield from group.flush()


def _renamed(row: RawRow | RejectedRow) -> RawRow | RejectedRow:
    if isinstance(row, RejectedRow):
        return row
    lowered = {name.casefold(): value for name, value in row.values.items()}
    if "body (html)" not in lowered or "url handle" in lowered:
        lowered = {_OLD_NAMES.get(name, name): value for name, value in lowered.items()}
    return RawRow(row.line, lowered, row.raw)


def _is_variant(values: Mapping[str, object]) -> bool:
    return any(name in values for name in ("option1 value", "variant sku", "variant price"))


class _Group:
    """The rows of one handle until all are read; one that grows beyond all measure is handed on in pieces."""

    def __init__(self, handle: str, first: Mapping[str, object] | None = None) -> None:
        self.handle = handle
        self.first = first or {}
        self.rows: list[RawRow | RejectedRow] = []
        self.size = 0
        self._grouped = False

    def flush(self, *, more: bool = False) -> Iterator[RawRow | RejectedRow]:
        """The rows so far; ``more`` tells that the group goes on."""
        self._grouped = self._grouped or more or sum(isinstance(row, RawRow) for row in self.rows) > 1
        status = str(self.first.get("status", "active")).casefold()
        for row in self.rows:
            if isinstance(row, RejectedRow):
                yield row
            elif status in {"draft", "archived"}:
                reason = f"The product is {status} in Shopify."
                yield rejected(row.line, row.raw, RowError("catalog.not_published", reason, field="availability"))
            else:
                yield RawRow(row.line, _product(self.handle, self.first, row.values, grouped=self._grouped), row.raw)
        self.rows = []
        self.size = 0


def _product(
    handle: str, first: Mapping[str, object], own: Mapping[str, object], *, grouped: bool
) -> dict[str, object]:
    options = _options(first, own)
    suffix = " / ".join(value for _, value in options)
    price, before = own.get("variant price"), own.get("variant compare at price")
    on_sale = _number(before) > _number(price) > 0
    row: dict[str, object | None] = {
        "product_id": f"{handle}/{suffix}".replace(" / ", "/") if suffix else handle,
        "item_group_id": handle if grouped else None,
        "title": first.get("title"),
        "description": first.get("body (html)"),
        "brand": first.get("vendor"),
        "product_type": _product_type(first),
        "price": before if on_sale else price,
        "sale_price": price if on_sale else None,
        "availability": _availability(own),
        "gtin": str(own["variant barcode"]).lstrip("'") if "variant barcode" in own else None,
        "condition": first.get("google shopping / condition"),
        "image_url": own.get("variant image") or first.get("image src"),
        "bullets": [f"{name}: {value}" for name, value in options if name.casefold() not in _OPTION_FIELDS],
    }
    row |= {_OPTION_FIELDS[name.casefold()]: value for name, value in options if name.casefold() in _OPTION_FIELDS}
    return row


def _options(first: Mapping[str, object], own: Mapping[str, object]) -> list[tuple[str, str]]:
    """The variant's options as (name, value); the names stand in the first row only."""
    options = []
    for number in range(1, _MAX_OPTIONS + 1):
        name, value = first.get(f"option{number} name"), own.get(f"option{number} value")
        if value and str(value) != "Default Title":
            options.append((str(name or f"Option {number}"), str(value).strip()))
    return options


def _product_type(first: Mapping[str, object]) -> list[str]:
    path = [part.strip() for part in str(first.get("product category", "")).split(">") if part.strip()]
    own = str(first.get("type", "")).strip()
    return [*path, own] if own and own.casefold() not in map(str.casefold, path) else path


def _availability(own: Mapping[str, object]) -> str:
    """Out of stock only where Shopify counts the stock, there is none, and it does not sell on."""
    counted = bool(own.get("variant inventory tracker")) and "variant inventory qty" in own
    sells_on = str(own.get("variant inventory policy", "deny")).casefold() in {"continue", "true"}
    return "out_of_stock" if counted and _number(own["variant inventory qty"]) <= 0 and not sells_on else "in_stock"


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return 0.0

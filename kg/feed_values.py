"""What a merchant's attributes state: each value a mention with source ``feed``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kg.catalog import normalise
from kg.extraction import instruction_spans
from kg.model import Mention
from kg.naming import plain_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.model import Product
    from kg.ontology import Relation

FEED_EXTRACTOR: Final = "feed"
# "18/8" and "PC+ABS" are one material, so neither "/" nor "+" parts a list of materials.
_LISTS: Final = {
    "material": re.compile(r"\s*(?:[,;，、；]|\s&\s|\band\b|\n)\s*", re.IGNORECASE),
    "color": re.compile(r"\s*(?:[,;，、；]|/(?!(?<=\bn/)a\b)|\s\+\s|\s&\s|\band\b|\n)\s*", re.IGNORECASE),
}
# What feeds write where there is nothing to say, without marks; marks alone say nothing either.
_EMPTY: Final = frozenset({
    "", "unknown", "generic", "n a", "na", "n a n a", "none", "null", "nan", "undefined", "tbd", "tbc", "false",
    "not applicable", "does not apply", "not specified", "none specified", "unspecified", "not available",
    "see title", "see description", "no brand", "unbranded",
    "无", "無", "无品牌", "其他", "其它", "不适用", "暂无", "未知", "不详",
})  # fmt: skip
_SHORTER_THAN_ORDERS: Final = 20  # characters
# Under which names the merchant's own fields are asked for, as `plain_name` has them.
_FIELDS: Final = {
    "brand": ("brand", "brand name", "品牌", "品牌名"),
    "product_type": ("product type", "producttype", "item type", "产品类型", "类目", "品类"),
    "color": ("color", "colour", "colors", "colours", "color name", "colour name", "颜色", "顏色"),
    "size": ("size", "sizes", "size name", "尺寸", "尺码"),
    "material": ("material", "materials", "material type", "材质", "材料"),
    "gtin": ("gtin", "ean", "upc", "barcode", "条形码", "条码"),
    "condition": ("condition", "item condition", "成色"),
}
_FIELD_OF: Final = {name: field for field, names in _FIELDS.items() for name in names}
_SHARE: Final = re.compile(r"^[0-9]{1,3}(?:\.[0-9]+)?\s?%\s*")
_SIZE_OF_COUNT: Final = re.compile(
    r"(?:[0-9]+[\s-]?(?:pack|pcs?|pieces?|count|ct|capsules?|tablets?|sheets?|rolls?)|(?:pack|set|box)\s+of\s+[0-9]+)\b|[0-9]+\s?[包片条个只件粒支枚双袋瓶盒卷张]",
    re.IGNORECASE,
)


def feed_mentions(product: Product) -> list[Mention]:
    """The mentions in the merchant's attributes; ``start`` and ``end`` span the value, or its part of a list."""
    return list(_mentions(product))


def feed_field(attribute: str) -> str | None:
    """The merchant's own field that ``attribute`` names ("Color", "Product-Type", "材质"), if any."""
    return _FIELD_OF.get(plain_name(attribute))


def feed_value(product: Product, field: str) -> tuple[str, str] | None:
    """Where ``product`` has the value of its own ``field``, and the raw value; None where it says nothing."""
    last = len(product.product_type) - 1
    if field == "product_type":
        place, raw = f"product_type[{last}]", product.product_type[last] if product.product_type else ""
    else:
        place, raw = field, getattr(product, field) or ""
    return (place, raw) if _says_something(raw) else None


def _mentions(product: Product) -> Iterator[Mention]:
    if product.brand:
        yield from _whole("BRAND", "brand", product.brand)
    if product.product_type:
        last = len(product.product_type) - 1
        yield from _whole("TYPE", f"product_type[{last}]", product.product_type[last])
    if product.color:
        yield from _listed("COLOR", "color", product.color)
    if product.material:
        yield from _listed("MATERIAL", "material", product.material)
    if product.size:
        counted = _SIZE_OF_COUNT.fullmatch(product.size.strip())
        yield from _whole("QUANTITY" if counted else "MEASURE", "size", product.size)


def _whole(relation: Relation, field: str, raw: str) -> Iterator[Mention]:
    if _says_something(raw):
        yield _mention(relation, field, raw, 0, len(raw))


def _listed(relation: Relation, field: str, raw: str) -> Iterator[Mention]:
    if not _says_something(raw):
        return
    start = 0
    cuts = [*((match.start(), match.end()) for match in _LISTS[field].finditer(raw)), (len(raw), len(raw))]
    for cut, following in cuts:
        share = _SHARE.match(raw[start:cut])
        begin = start + (share.end() if share else 0)
        while begin < cut and raw[begin].isspace():
            begin += 1
        stop = cut
        while stop > begin and raw[stop - 1].isspace():
            stop -= 1
        if _says_something(raw[begin:stop]):
            yield _mention(relation, field, raw, begin, stop)
        start = following


def _says_something(raw: str) -> bool:
    """Whether a value tells a reader something of the product, and does not order that reader about."""
    text = normalise(raw).text
    return plain_name(text) not in _EMPTY and not (len(text) > _SHORTER_THAN_ORDERS and instruction_spans(text))


def _mention(relation: Relation, field: str, raw: str, start: int, end: int) -> Mention:
    return Mention(
        relation=relation,
        polarity="affirmed",
        source="feed",
        field=field,
        start=start,
        end=end,
        text=raw[start:end],
        confidence=1.0,
        extractor=FEED_EXTRACTOR,
    )

"""What a merchant's attributes state: each value a mention with source ``feed``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kg.catalog import normalise
from kg.model import Mention

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
# What feeds write where there is nothing to say.
_EMPTY: Final = frozenset({
    "unknown", "generic", "n/a", "na", "none", "null", "-", "--", "tbd", "not applicable", "not specified",
    "no brand", "unbranded", "无", "无品牌", "其他", "其它", "不适用", "暂无",
})  # fmt: skip
_ATTRIBUTES: Final = frozenset({"brand", "color", "size", "material", "gtin", "condition"})
_SAME_FIELD: Final = {"colour": "color", "品牌": "brand", "颜色": "color", "材质": "material", "尺寸": "size"}
_SHARE: Final = re.compile(r"^[0-9]{1,3}(?:\.[0-9]+)?\s?%\s*")
_SIZE_OF_COUNT: Final = re.compile(
    r"(?:[0-9]+[\s-]?(?:pack|pcs?|pieces?|count|ct|capsules?|tablets?|sheets?|rolls?)|(?:pack|set|box)\s+of\s+[0-9]+)\b|[0-9]+\s?[包片条个只件粒支枚双袋瓶盒卷张]",
    re.IGNORECASE,
)


def feed_mentions(product: Product) -> list[Mention]:
    """The mentions in the merchant's attributes; ``start`` and ``end`` span the value, or its part of a list."""
    return list(_mentions(product))


def feed_value(product: Product, attribute: str) -> tuple[str, str] | None:
    """The merchant's own field that ``attribute`` names ("Color", "product type") and its raw value.

    None where no field has that name, or it says nothing.
    """
    name = _SAME_FIELD.get(attribute.strip().casefold(), "_".join(attribute.casefold().split()))
    if name == "product_type":
        found = (
            (f"product_type[{len(product.product_type) - 1}]", product.product_type[-1])
            if product.product_type
            else None
        )
    else:
        found = (name, getattr(product, name) or "") if name in _ATTRIBUTES else None
    return found if found and _says_something(found[1]) else None


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
    text = normalise(raw).text.strip()
    return bool(text) and text.casefold() not in _EMPTY


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

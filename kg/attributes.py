"""Attributes of a product by any name: the merchant's own value, or what the texts state, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.catalog import normalise
from kg.extraction import Page
from kg.extraction.asking import AskedAttribute
from kg.feed_values import FEED_EXTRACTOR, feed_value
from kg.model import Evidence
from shelfgraph.errors import UnprocessableError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kg.extraction.asking import AttributeReader, AttributeValue
    from kg.model import Product

# Each name is a pass over all the text, at about 70,000 characters a second and core.
_MOST_READ: Final = 400_000
_LANGUAGES: Final = ("en", "zh")


@dataclass(frozen=True, slots=True)
class ProductAttribute:
    """What a product has for an attribute.

    Args:
        name: as it was asked for.
        value: as its evidence states it, without markup, or in the normal form that the model was taught; None where
            the product does not state it.
        evidence: where it stands; None without a value.
    """

    name: str
    value: str | None = None
    evidence: Evidence | None = None


def read_attributes(
    product: Product,
    names: Sequence[str],
    load_reader: Callable[[str], AttributeReader],
    *,
    category: str = "",
) -> list[ProductAttribute]:
    """What ``product`` has for each attribute, in the order of ``names``.

    A name of the merchant's own fields ("color", "Product Type") is answered from that field, if it says anything; any
    other from title, bullets and description.

    Args:
        product: as it was imported.
        names: as a schema has them: "Hair Type", "适用人群".
        load_reader: what answers questions about texts in a language, ``en`` or ``zh``; called where a text is read.
        category: what the product is, as the schema calls it; of use where a model was taught that schema.

    Raises:
        UnprocessableError: so many names of so long a text would take minutes (``attributes.too_much_to_read``), or no
            model reads the language (``attributes.language_not_read``).
    """
    fed = {name: _from_feed(product, name) for name in names}
    asked = [name for name in fed if fed[name] is None]
    read = _from_texts(product, asked, load_reader, category=category) if asked else {}
    return [fed[name] or read[name] for name in names]


def _from_feed(product: Product, name: str) -> ProductAttribute | None:
    found = feed_value(product, name)
    if found is None:
        return None
    field, raw = found
    return ProductAttribute(
        name,
        " ".join(normalise(raw).text.split()),
        Evidence(
            source="feed",
            field=field,
            start=len(raw) - len(raw.lstrip()),
            end=len(raw.rstrip()),
            text=raw.strip(),
            extractor=FEED_EXTRACTOR,
            confidence=1.0,
        ),
    )


def _from_texts(
    product: Product, names: Sequence[str], load_reader: Callable[[str], AttributeReader], *, category: str
) -> dict[str, ProductAttribute]:
    language = product.language[:2]
    if language not in _LANGUAGES:
        raise UnprocessableError(
            "attributes.language_not_read",
            f"Attributes are read from English and Chinese texts; this product's are {product.language!r}.",
            help="If that is wrong, set the product's `language`.",
        )
    page = Page.of(product)
    if len(page.text) * len(names) > _MOST_READ:
        raise UnprocessableError(
            "attributes.too_much_to_read",
            f"{len(names)} names of a text of {len(page.text):,} characters are too much for one call.",
            help=f"Names times characters may be {_MOST_READ:,}: ask for fewer names at once.",
        )
    reader = load_reader(language)
    answers = reader.values([AskedAttribute(page.text, name, category) for name in names])
    return {name: _placed(name, answer, page, reader.version) for name, answer in zip(names, answers, strict=True)}


def _placed(name: str, answer: AttributeValue | None, page: Page, version: str) -> ProductAttribute:
    place = page.place(answer.start, answer.end) if answer else None
    if answer is None or place is None:
        return ProductAttribute(name)
    return ProductAttribute(
        name,
        " ".join(answer.value.split()),
        Evidence(
            source="text",
            field=place.field,
            start=place.start,
            end=place.end,
            text=place.text,
            extractor=version,
            confidence=answer.confidence,
        ),
    )

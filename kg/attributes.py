"""Attributes of a product by any name: the merchant's own value, or what the texts state, and where."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from kg.catalog import normalise
from kg.extraction import Page
from kg.extraction.asking import AskedAttribute
from kg.feed_values import FEED_EXTRACTOR, feed_field, feed_value
from kg.model import Evidence
from shelfgraph.errors import UnprocessableError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kg.extraction.asking import AttributeReader, AttributeValue
    from kg.model import Product

Status = Literal["stated", "absent", "not_read"]
# Each name is a pass over all the text, at 10,000 to 30,000 characters a second and core.
_MOST_READ: Final = 100_000
_LATIN: Final = re.compile("[A-Za-z]")
_ARTICLE_NUMBER: Final = re.compile("[0-9]{8,14}")


@dataclass(frozen=True, slots=True)
class ProductAttribute:
    """What a product has for an attribute.

    Args:
        name: as it was asked for.
        status: ``stated``, ``absent`` where the product does not state it, or ``not_read`` where its texts are in a
            language that no model reads, or in English where the name has no Latin letter.
        value: as its evidence states it, without markup, or in the normal form that the model was taught; None where
            it is not stated.
        evidence: where it stands; None without a value.
    """

    name: str
    status: Status
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
        UnprocessableError: so many names of so long a text would take too long (``attributes.too_much_to_read``).
    """
    answers = {name: _from_feed(product, name) for name in names}
    language = product.language[:2]
    asked = []
    for name in [name for name, answer in answers.items() if answer is None]:
        if language == "zh" or (language == "en" and _LATIN.search(name)):
            asked.append(name)
        else:
            answers[name] = ProductAttribute(name, "not_read")
    if asked:
        answers |= _from_texts(product, asked, load_reader(language), category=category)
    return [answer for name in names if (answer := answers[name])]


def _from_feed(product: Product, name: str) -> ProductAttribute | None:
    field = feed_field(name)
    found = feed_value(product, field) if field else None
    if found is None:
        return None
    place, raw = found
    evidence = Evidence(
        source="feed",
        field=place,
        start=len(raw) - len(raw.lstrip()),
        end=len(raw.rstrip()),
        text=raw.strip(),
        extractor=FEED_EXTRACTOR,
        confidence=1.0,
    )
    return ProductAttribute(name, "stated", " ".join(normalise(raw).text.split()), evidence)


def _from_texts(
    product: Product, names: Sequence[str], reader: AttributeReader, *, category: str
) -> dict[str, ProductAttribute]:
    page = Page.of(product)
    if len(page.text) * len(names) > _MOST_READ and len(names) > 1:
        raise UnprocessableError(
            "attributes.too_much_to_read",
            f"{len(names)} names of a text of {len(page.text):,} characters are too much for one call.",
            help=f"Names times characters may be {_MOST_READ:,}: ask for fewer names at once.",
        )
    answers = reader.values([AskedAttribute(page.text, name, category) for name in names])
    return {name: _placed(name, answer, page, reader.version) for name, answer in zip(names, answers, strict=True)}


def _placed(name: str, answer: AttributeValue | None, page: Page, version: str) -> ProductAttribute:
    place = page.place(answer.start, answer.end) if answer else None
    if answer is None or place is None or not _may_be(name, place.text):
        return ProductAttribute(name, "absent")
    evidence = Evidence(
        source="text",
        field=place.field,
        start=place.start,
        end=place.end,
        text=place.text,
        extractor=version,
        confidence=answer.confidence,
    )
    return ProductAttribute(name, "stated", " ".join(answer.value.split()), evidence)


def _may_be(name: str, text: str) -> bool:
    return feed_field(name) != "gtin" or _ARTICLE_NUMBER.fullmatch(text.strip()) is not None

"""From products to mentions, with offsets into the raw fields, by the pipeline that a setting names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, cast

from kg.extraction.pages import Page
from kg.model import Mention

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from spacy.language import Language
    from spacy.tokens import Doc

    from kg.model import Product
    from kg.ontology import Relation

_BATCH: Final = 64
LANGUAGES: Final = ("en", "zh")
# A number and its unit read alike in every language. The rest a model must not guess in one that it was not made for:
# it takes "sin" for a brand, and what a text denies for what it says.
_READ_IN_EVERY_LANGUAGE: Final = frozenset({"MEASURE", "QUANTITY"})


@dataclass(frozen=True, slots=True)
class RatedMention:
    """A mention that may be right; ``kept`` where it is sure enough to become a fact."""

    mention: Mention
    kept: bool


class Extractor(Protocol):
    """What reads relations from the text fields of products."""

    version: str

    def version_for(self, language: str) -> str:
        """The version of what reads texts in ``language`` (ISO 639-1)."""

    def mentions(self, products: Sequence[Product]) -> list[list[Mention]]:
        """The mentions in each product's title, bullets and description, with offsets into the raw fields."""

    def rated(self, products: Sequence[Product]) -> list[list[RatedMention]]:
        """Like :meth:`mentions`, with those from a confidence of 0.05 up that are not sure enough."""


class PipelineExtractor:
    """Reads with one spaCy pipeline a language, whose component writes ``doc.spans["relations"]``.

    Of a product in a language other than these, only measures and quantities are read.

    Args:
        versions: of what reads ``en``, and of what reads ``zh``; evidence names them all as its extractor.
        pipeline: lends the pipeline of one of these languages; what it made is not used after it is given back.
    """

    def __init__(
        self, versions: Mapping[str, str], pipeline: Callable[[str], AbstractContextManager[Language]]
    ) -> None:
        self.version = "+".join(dict.fromkeys(versions[language] for language in LANGUAGES))
        self._versions = versions
        self._pipeline = pipeline

    def version_for(self, language: str) -> str:
        """The version of what reads texts in ``language`` (ISO 639-1)."""
        return self._versions[_read_as(language)]

    def mentions(self, products: Sequence[Product]) -> list[list[Mention]]:
        """The mentions in each product's title, bullets and description, with offsets into the raw fields."""
        return [[one.mention for one in rated if one.kept] for rated in self.rated(products)]

    def rated(self, products: Sequence[Product]) -> list[list[RatedMention]]:
        """Like :meth:`mentions`, with those from a confidence of 0.05 up that are not sure enough."""
        found: list[list[RatedMention]] = [[] for _ in products]
        for language in LANGUAGES:
            chosen = [index for index, product in enumerate(products) if _read_as(product.language) == language]
            if not chosen:
                continue
            with self._pipeline(language) as nlp:
                read = self._read(nlp, [products[index] for index in chosen])
            for index, rated in zip(chosen, read, strict=True):
                found[index] = rated
        return found

    def _read(self, nlp: Language, products: Sequence[Product]) -> list[list[RatedMention]]:
        pages = [Page.of(product) for product in products]
        docs = nlp.pipe((page.text for page in pages), batch_size=_BATCH)
        return [
            [
                one
                for one in _rated(page, doc, self.version)
                if product.language[:2] in LANGUAGES or one.mention.relation in _READ_IN_EVERY_LANGUAGE
            ]
            for product, page, doc in zip(products, pages, docs, strict=True)
        ]


def _read_as(language: str) -> str:
    """The language whose pipeline reads texts in ``language``."""
    return "zh" if language[:2] == "zh" else "en"


def _rated(page: Page, doc: Doc, version: str) -> Iterator[RatedMention]:
    group = doc.spans["relations"]
    kept = group.attrs.get("kept") or [True] * len(group)
    for span, polarity, score, keep in zip(group, group.attrs["polarities"], group.attrs["scores"], kept, strict=True):
        place = page.place(span.start_char, span.end_char)
        if place is not None and place.text.strip():
            mention = Mention(
                relation=cast("Relation", span.label_),
                polarity=polarity,
                source="text",
                field=place.field,
                start=place.start,
                end=place.end,
                text=place.text,
                confidence=score,
                extractor=version,
            )
            yield RatedMention(mention, keep)

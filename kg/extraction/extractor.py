"""From products to mentions: one text for the pipeline, offsets back into the raw fields."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Protocol, cast

from kg.catalog import NormalisedText, normalise
from kg.extraction.instructions import instruction_spans
from kg.extraction.pipelines import blank
from kg.model import Mention
from shelfgraph.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.language import Language
    from spacy.tokens import Doc

    from kg.model import Product
    from kg.ontology import Relation
    from shelfgraph.settings import Settings

_BATCH: Final = 64
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_ENDLESS: Final = re.compile(r"\S{400,}")
_MARKS: Final = re.compile(r"[\W_]")


class Extractor(Protocol):
    """What reads relations from the text fields of products."""

    version: str

    def mentions(self, products: Sequence[Product]) -> list[list[Mention]]:
        """The mentions in each product's title, bullets and description, with offsets into the raw fields."""


class MatcherExtractor:
    """The baseline: matchers and word lists, weighed by a linear-chain tagger.

    Args:
        version: what evidence names as its extractor.
    """

    def __init__(self, version: str = "matchers-1") -> None:
        self.version = version

    def mentions(self, products: Sequence[Product]) -> list[list[Mention]]:
        """The mentions in each product's title, bullets and description, with offsets into the raw fields."""
        found: list[list[Mention]] = [[] for _ in products]
        for language in ("en", "zh"):
            chosen = [
                index for index, product in enumerate(products) if (product.language[:2] == "zh") == (language == "zh")
            ]
            if not chosen:
                continue
            pages = [_Page.of(products[index]) for index in chosen]
            docs = _pipeline(language).pipe((page.text for page in pages), batch_size=_BATCH)
            for index, page, doc in zip(chosen, pages, docs, strict=True):
                found[index] = list(_mentions(page, doc, self.version))
        return found


def load_extractor(settings: Settings) -> Extractor:
    """The extractor that ``SHELFGRAPH_RELATION_MODEL`` names.

    Raises:
        SetupError: there is no such extractor (``setup.relation_model_unknown``).
    """
    if settings.relation_model == "matchers":
        return MatcherExtractor()
    raise SetupError(
        "setup.relation_model_unknown",
        f"There is no relation extractor {settings.relation_model!r}.",
        help="Set SHELFGRAPH_RELATION_MODEL to matchers.",
    )


@lru_cache(maxsize=2)
def _pipeline(language: str) -> Language:
    import kg.extraction.tagger  # noqa: F401, PLC0415 - registers the component; spaCy takes a second to import

    nlp = blank(language)
    if "relation_extractor" not in nlp.pipe_names:
        nlp.add_pipe("relation_extractor", config={"language": language})
    # The limit guards a parser's memory; a tagger needs little, and rows are limited where they are read.
    nlp.max_length = 1 << 30
    return nlp


@dataclass(frozen=True, slots=True)
class _Page:
    """The text fields of a product as one text, a field a line."""

    text: str
    names: tuple[str, ...]
    starts: tuple[int, ...]
    fields: tuple[NormalisedText, ...]
    raw: tuple[str, ...]
    distrusted: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, product: Product) -> _Page:
        named = [("title", product.title)]
        named += [(f"bullets[{index}]", bullet) for index, bullet in enumerate(product.bullets)]
        named.append(("description", product.description))
        named = [(name, raw) for name, raw in named if raw.strip()]
        fields = tuple(normalise(raw) for _, raw in named)
        starts, position = [], 0
        distrusted: list[tuple[int, int]] = []
        for field in fields:
            starts.append(position)
            distrusted += [(start + position, end + position) for start, end in instruction_spans(field.text)]
            position += len(field.text) + 1
        return cls(
            _tokenizable("\n".join(field.text for field in fields), product.language),
            tuple(name for name, _ in named),
            tuple(starts),
            fields,
            tuple(raw for _, raw in named),
            tuple(distrusted),
        )


def _tokenizable(text: str, language: str) -> str:
    """``text``, as long as it was, without what spaCy refuses or takes quadratic time for.

    Half of a surrogate pair is no character; in an endless word it looks at each mark again and again.
    """
    text = _SURROGATES.sub("\ufffd", text)
    if language.startswith("zh"):
        return text  # jieba takes it as it is
    return _ENDLESS.sub(lambda match: _MARKS.sub(" ", match.group()), text)


def _mentions(page: _Page, doc: Doc, version: str) -> Iterator[Mention]:
    group = doc.spans["relations"]
    for span, polarity, score in zip(group, group.attrs["polarities"], group.attrs["scores"], strict=True):
        start, end = span.start_char, span.end_char
        if any(start < stop and begin < end for begin, stop in page.distrusted):
            continue
        at = bisect_right(page.starts, start) - 1
        field = page.fields[at]
        inner_start, inner_end = start - page.starts[at], end - page.starts[at]
        if inner_end > len(field.text):
            continue  # a span that runs over the end of its field states nothing
        raw_start, raw_end = field.raw_span(inner_start, inner_end)
        yield Mention(
            relation=cast("Relation", span.label_),
            polarity=polarity,
            source="text",
            field=page.names[at],
            start=raw_start,
            end=raw_end,
            text=page.raw[at][raw_start:raw_end],
            confidence=score,
            extractor=version,
        )

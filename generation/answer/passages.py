"""The sentences of a product's texts and reviews, each with its place in the raw field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generation.prompts import hostile_spans, is_hostile
from kg.catalog import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.model import Product, Review

_SENTENCE: Final = re.compile(r"(?:[^.!?。！？；;\n]|\.(?=\S)|(?<=\bNo)\.)+[.!?。！？；;]*")
_ATTRIBUTES: Final = ("brand", "color", "size", "material")


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence: ``raw_field(field)[start:end] == text``, code points, half-open; ``shown`` is free of markup."""

    text: str
    shown: str
    field: str
    start: int
    end: int
    review_id: str | None = None

    @property
    def citation(self) -> dict[str, object]:
        """The passage as a citation of an answer."""
        return {
            "source": "review" if self.review_id else "text",
            "field": self.field, "review_id": self.review_id,
            "start": self.start, "end": self.end, "text": self.text,
        }  # fmt: skip


def passages(product: Product, reviews: Sequence[Review]) -> list[Passage]:
    """Every sentence that may answer a question; what gives orders to a model is left out."""
    found: list[Passage] = []
    fields = [("title", product.title), *((f"bullets[{i}]", text) for i, text in enumerate(product.bullets))]
    fields += [("description", product.description)]
    for name, raw in fields:
        found += _sentences(raw, name)
    found += [
        Passage(value, normalise(value).text, name, 0, len(value))
        for name in _ATTRIBUTES
        if (value := getattr(product, name)) and not is_hostile(value)
    ]
    for review in reviews:
        if not is_hostile(f"{review.title}\n{review.body}"):
            found += _sentences(review.title, "title", review.review_id)
            found += _sentences(review.body, "body", review.review_id)
    return found


def _sentences(raw: str, field: str, review_id: str | None = None) -> Iterator[Passage]:
    text = normalise(raw)
    hostile = hostile_spans(text.text)
    for match in _SENTENCE.finditer(text.text):
        sentence = match.group().strip()
        start = match.start() + len(match.group()) - len(match.group().lstrip())
        end = start + len(sentence)
        if not sentence or any(left < end and start < right for left, right in hostile):
            continue
        raw_start, raw_end = text.raw_span(start, end)
        yield Passage(raw[raw_start:raw_end], sentence, field, raw_start, raw_end, review_id)

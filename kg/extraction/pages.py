"""The text fields of a product as one text for the pipeline, and the way back into the raw fields."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from kg.catalog import NormalisedText, normalise
from kg.extraction.instructions import instruction_spans

if TYPE_CHECKING:
    from kg.model import Product

_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_STOP: Final = itemgetter(1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a span of a page stands: ``field[start:end]`` of the raw field is ``text`` (code points, half-open)."""

    field: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """The text fields of a product as one text, a field a line.

    The spans in ``distrusted`` are in order, and none overlaps another.
    """

    text: str
    names: tuple[str, ...]
    starts: tuple[int, ...]
    fields: tuple[NormalisedText, ...]
    raw: tuple[str, ...]
    distrusted: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, product: Product) -> Page:
        """The title, bullets and description of ``product``; empty ones are left out."""
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
            _SURROGATES.sub("\ufffd", "\n".join(field.text for field in fields)),  # spaCy refuses half a character
            tuple(name for name, _ in named),
            tuple(starts),
            fields,
            tuple(raw for _, raw in named),
            tuple(distrusted),
        )

    def place(self, start: int, end: int) -> Place | None:
        """Where ``text[start:end]`` stands; None where it runs over the end of its field, or where nothing is believed.

        What a text orders its reader to do is never believed.
        """
        after = bisect_right(self.distrusted, start, key=_STOP)  # the first that does not end before
        if after < len(self.distrusted) and self.distrusted[after][0] < end:
            return None
        at = bisect_right(self.starts, start) - 1
        field = self.fields[at]
        inner_start, inner_end = start - self.starts[at], end - self.starts[at]
        if inner_end > len(field.text):
            return None
        raw_start, raw_end = field.raw_span(inner_start, inner_end)
        return Place(self.names[at], raw_start, raw_end, self.raw[at][raw_start:raw_end])

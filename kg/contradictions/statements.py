"""What the texts of a product state about its parts, as mentions: the ground on which contradictions show.

An extractor may leave out a number that a contradiction hangs on, or read it as half of a longer value. So the
statements that clash are read here once more, exactly, and join the facts as mentions of their own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from kg.catalog import NormalisedText, normalise
from kg.contradictions.materials import Zone, disjoint_materials, material_spans
from kg.contradictions.parts import stated_quantities, table
from kg.extraction.instructions import instruction_spans
from kg.extraction.negation import denials, is_denied
from kg.model import Mention

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.model import Polarity, Product
    from kg.ontology import Relation

_EXTRACTOR: Final = "statements-1"
_CONFIDENCE: Final = 0.5
# A rounded conversion ("5.4 kg (12 lb)") differs by less than this.
_TOLERANCE: Final = 0.03
_RELATION_OF_KIND: Final[dict[str, Relation]] = {
    "length": "MEASURE", "weight": "MEASURE", "volume": "MEASURE", "cup": "MEASURE", "count": "QUANTITY",
}  # fmt: skip
_SENTENCE: Final = re.compile(r"[^.!?。！？\n]+(?:\.(?=[^\s])[^.!?。！？\n]+)*")


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    raw: str
    text: NormalisedText
    words: str  # of ``text``, blank where it orders a reader about
    feed: bool

    def mention(self, relation: Relation, polarity: Polarity, start: int, end: int, part: str | None) -> Mention:
        begin, stop = (0, len(self.raw)) if self.feed else self.text.raw_span(start, end)
        return Mention(
            relation=relation,
            polarity=polarity,
            source="feed" if self.feed else "text",
            field=self.name,
            start=begin,
            end=stop,
            text=self.raw[begin:stop],
            confidence=_CONFIDENCE,
            extractor=_EXTRACTOR,
            part=part,
        )


def clashing_mentions(product: Product) -> list[Mention]:
    """Mentions of what clashes with another statement of the product; none for a product that agrees with itself."""
    fields = _fields(product)
    return [
        *_quantities(fields, product.language),
        *_materials(fields, product),
        *_denied_contents(fields, product.language),
    ]


def differ(one: float, other: float) -> bool:
    """Whether two magnitudes in one unit are different amounts, not roundings of one."""
    return abs(one - other) > _TOLERANCE * max(abs(one), abs(other))


def _fields(product: Product) -> list[_Field]:
    named = [("title", product.title, False), ("size", product.size or "", True)]
    named += [(f"bullets[{index}]", bullet, False) for index, bullet in enumerate(product.bullets)]
    named.append(("description", product.description, False))
    return [_field(name, raw, feed=feed) for name, raw, feed in named if raw.strip()]


def _field(name: str, raw: str, *, feed: bool) -> _Field:
    text = normalise(raw)
    words = text.text
    for start, end in instruction_spans(words):
        words = words[:start] + " " * (end - start) + words[end:]
    return _Field(name, raw, text, words, feed)


def _quantities(fields: Sequence[_Field], language: str) -> Iterator[Mention]:
    groups: dict[tuple[str, str, str], dict[str, list[tuple[_Field, int, int, float]]]] = defaultdict(dict)
    for field in fields:
        for one in stated_quantities(field.words, language, is_title=field.name == "title"):
            place = groups[one.kind, one.unit, one.part].setdefault(field.name, [])
            place.append((field, one.start, one.end, one.magnitude))
    for (kind, _, part), by_field in groups.items():
        # A field with several values of one part lists cases; it neither confirms nor denies.
        single = [places[0] for places in by_field.values() if len({place[3] for place in places}) == 1]
        if any(differ(one[3], other[3]) for one in single for other in single):
            for field, start, end, _ in single:
                yield field.mention(_RELATION_OF_KIND.get(kind, "SPEC"), "affirmed", start, end, part)


def _materials(fields: Sequence[_Field], product: Product) -> Iterator[Mention]:
    found: list[tuple[_Field, int, int, str, str]] = []
    feed = _field("material", product.material, feed=True) if product.material else None
    feed_concepts = material_spans(feed.words, "feed", product.language) if feed else []
    main = (
        feed_concepts[0].concept
        if feed and len(feed_concepts) == 1 and not re.search(r"[,，、;；]", feed.raw)
        else None
    )
    if feed and main:
        found.append((feed, 0, len(feed.raw), main, "body"))
    for field in fields:
        if field.feed:
            continue
        zone: Zone = "title" if field.name == "title" else "text"
        spans = material_spans(field.words, zone, product.language, main=main)
        found += [(field, one.start, one.end, one.concept, one.part) for one in spans if one.part]
    # A field that names two such materials for one part is about several parts, whatever it calls them.
    found = [
        one
        for one in found
        if not any(
            one[0] is other[0] and one[4] == other[4] and disjoint_materials(one[3], other[3]) for other in found
        )
    ]
    clashing = [
        one
        for one in found
        if any(
            one[4] == other[4] and one[0].name != other[0].name and disjoint_materials(one[3], other[3])
            for other in found
        )
    ]
    for field, start, end, _, part in clashing:
        yield field.mention("MATERIAL", "affirmed", start, end, part)


def _denied_contents(fields: Sequence[_Field], language: str) -> Iterator[Mention]:
    for field in fields:
        for denial in denials(field.words, language):
            item = field.words[denial.start : denial.end]
            affirmed = [
                (other, *span)
                for other in fields
                if other.name != field.name
                for span in _affirmations(other.words, item, denial.relation, language)
            ]
            if affirmed:
                yield field.mention(denial.relation, "negated", denial.start, denial.end, None)
            for other, start, end in affirmed:
                yield other.mention(denial.relation, "affirmed", start, end, None)


def _affirmations(text: str, item: str, relation: Relation, language: str) -> Iterator[tuple[int, int]]:
    before, after, needs = _patterns()
    if relation == "REQUIRES":
        for need, pattern in needs:
            if need == item.casefold():
                yield from (
                    match.span("item")
                    for match in pattern.finditer(text)
                    if not is_denied(text, match.start(), language)
                )
        return
    if relation != "CONTAINS":
        return
    for sentence in _SENTENCE.finditer(text):
        for word in _words(item, language):
            for match in word.finditer(text, sentence.start(), sentence.end()):
                introduced = before.search(text, sentence.start(), match.start())
                named = after.search(text[match.end() : sentence.end()])
                if (introduced or named) and not _negated_here(text, match.start(), match.end(), language):
                    yield match.span()


def _negated_here(text: str, start: int, end: int, language: str) -> bool:
    if is_denied(text, start, language) or re.match(r"[\s-]?free\b", text[end:], re.IGNORECASE):
        return True
    return any(denial.start <= start < denial.end for denial in denials(text, language))


def _words(item: str, language: str) -> Iterable[re.Pattern[str]]:
    if language == "zh":
        if item.endswith("糖"):  # sugars go by many names in a list of ingredients
            return (re.compile("白砂糖|蔗糖|果葡糖浆"),)
        return (re.compile(re.escape(item)),)
    return (re.compile(rf"(?<![\w-]){re.escape(item)}s?\b", re.IGNORECASE),)


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], tuple[tuple[str, re.Pattern[str]], ...]]:
    data = table()
    return (
        re.compile("|".join(data["contents"]["before"]), re.IGNORECASE),
        re.compile("|".join(data["contents"]["after"]), re.IGNORECASE),
        tuple((one["item"], re.compile(one["pattern"], re.IGNORECASE)) for one in data["needs"]),
    )

"""What the texts of a product state about its parts, as mentions: the ground on which contradictions show.

An extractor may leave out a number that a contradiction hangs on, or read it as half of a longer value. So the
statements that clash are read here once more, exactly, and join the facts as mentions of their own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations, islice
from typing import TYPE_CHECKING, Final

from kg.catalog import NormalisedText, normalise
from kg.contradictions.contents import Contents
from kg.contradictions.materials import Zone, disjoint_materials, material_spans
from kg.contradictions.parts import stated_quantities
from kg.extraction.instructions import instruction_spans
from kg.model import Mention

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.extraction.negation import Denial
    from kg.model import Polarity, Product
    from kg.ontology import Relation

_EXTRACTOR: Final = "statements-1"
_CONFIDENCE: Final = 0.5
# A rounded conversion ("5.4 kg (12 lb)") differs by less than this.
_TOLERANCE: Final = 0.03
_RELATION_OF_KIND: Final[dict[str, Relation]] = {
    "length": "MEASURE", "weight": "MEASURE", "volume": "MEASURE", "cup": "MEASURE", "count": "QUANTITY",
}  # fmt: skip
_MOST_DENIED: Final = 100  # things; no product text denies more, and each costs a reading of all the others


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
    """Mentions of what clashes with another statement of the product; none for a product that agrees with itself.

    In other languages than English and Chinese only quantities clash: the words of the rest are of these two.
    """
    fields = _fields(product)
    amounts = list(_quantities(fields, product.language))
    if product.language[:2] not in {"en", "zh"}:
        return amounts
    return [*amounts, *_materials(fields, product), *_denied_contents(fields, product.language)]


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
        single = [places[0] for places in by_field.values() if not _vary([place[3] for place in places])]
        if _vary([place[3] for place in single]):
            for field, start, end, _ in single:
                yield field.mention(_RELATION_OF_KIND.get(kind, "SPEC"), "affirmed", start, end, part)


def _vary(magnitudes: Sequence[float]) -> bool:
    return bool(magnitudes) and differ(min(magnitudes), max(magnitudes))


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
    named: dict[tuple[str, str], set[str]] = defaultdict(set)
    for field, _, _, concept, part in found:
        named[field.name, part].add(concept)
    lone = {place: concepts - _disjoint(concepts) for place, concepts in named.items()}
    of_part: dict[str, set[str]] = defaultdict(set)
    for (_, part), concepts in lone.items():
        of_part[part] |= concepts
    clashing = {part: _disjoint(concepts) for part, concepts in of_part.items()}
    for field, start, end, concept, part in found:
        if concept in clashing[part] and concept in lone[field.name, part]:
            yield field.mention("MATERIAL", "affirmed", start, end, part)


def _disjoint(concepts: set[str]) -> set[str]:
    """Those of ``concepts`` that cannot be true beside another of them."""
    return {one for pair in combinations(concepts, 2) if disjoint_materials(*pair) for one in pair}


def _denied_contents(fields: Sequence[_Field], language: str) -> Iterator[Mention]:
    # What one field affirms and denies is left to the extractor: rules misread "cookies with gluten … ours have none".
    read = [(field, Contents(field.words, language)) for field in fields]
    denied: dict[tuple[Relation, str], list[tuple[_Field, Denial]]] = defaultdict(list)
    for field, contents in read:
        for what, denial in contents.denied().items():
            denied[what].append((field, denial))
    for (relation, item), denying in islice(denied.items(), _MOST_DENIED):
        affirming = [
            (field, span)
            for field, contents in read
            if any(field is not other for other, _ in denying)
            for span in contents.affirmed(relation, item)
        ]
        for field, denial in denying:
            if any(field is not other for other, _ in affirming):
                yield field.mention(relation, "negated", denial.start, denial.end, None)
        for field, (start, end) in affirming:
            yield field.mention(relation, "affirmed", start, end, None)

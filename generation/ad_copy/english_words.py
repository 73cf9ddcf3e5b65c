"""The planned facts of an English ad as phrases, sorted by the part of a sentence each can be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import random

    from generation.ad_copy.planning import Plan
    from generation.ad_copy.wording import Phrase

_NAME: Final = re.compile(r"(?!.*\b(?:for|with|of|in)\b)[^–|,:]{1,24}")
# "Removable tank, fills from the back" is a statement of its own and no member of a list.
_TAIL: Final = re.compile(r"[,:;()]|\b(?:plus|with|without|included|not|no)\b|^[\w-]+ safe\b", re.IGNORECASE)
# "PU top" is what a part is made of, not the whole.
_PART: Final = re.compile(
    r"\b(?:top|base|body|grip|handle|lining|boot|treads?|face|membrane|sole|upper|frame|shell|keycaps|insert|cuffs?)s?$",
    re.IGNORECASE,
)
# "Battery 30 days at 2 minutes" keeps the capital of its bullet, and is said by itself.
_TITLED: Final = re.compile(r"[A-Z][a-z]+ .*\d")
_FEW: Final = 3
_LETTERS: Final = re.compile(r"[^\W\d_]{2}")


@dataclass(slots=True)
class Words:
    """The planned facts as phrases by their part in a sentence; each text takes what it needs in a random order."""

    name: str
    brand: str
    types: list[Phrase]
    adjectives: list[Phrase]
    qualities: list[Phrase]
    nouns: list[Phrase]
    does: list[Phrase]
    uses: list[Phrase]
    verbs: list[Phrase]
    audiences: list[Phrase]
    colors: list[Phrase]
    materials: list[Phrase]
    includes: list[Phrase]
    devices: list[Phrase]
    places: list[Phrase]
    occasions: list[Phrase]
    certificates: list[Phrase]
    contains: list[Phrase]
    free_of: list[Phrase]
    needless: list[Phrase]
    missing: list[Phrase]
    quantities: list[Phrase]
    sizes: list[str]
    wholes: list[Phrase]
    measures: list[Phrase]


def words_of(plan: Plan) -> Words:
    """The phrases of a plan."""

    def of(*relations: str, polarity: str = "affirmed", shapes: str = "") -> list[Phrase]:
        found = plan.phrases(*relations, polarity=polarity)  # type: ignore[arg-type] # literals below
        return [one for one in found if not shapes or one.shape in shapes.split()]

    brand = next((fact.value for fact in plan.of("BRAND")), "")
    # A model of many words, or one that is a phrase ("Pack for Swift V7"), is a headline of its own but no name.
    model = next((fact.value for fact in plan.of("MODEL") if _NAME.fullmatch(fact.value)), "")
    name = model if model.lower().startswith(brand.lower()) else f"{brand} {model}".strip()
    described = [one for one in of("FEATURE", "STYLE", shapes="adjective") if len(one.text.split()) <= 3]  # noqa: PLR2004
    return Words(
        name=name if model else brand,
        brand=brand,
        types=of("TYPE"),
        adjectives=described,
        qualities=[one for one in described if one.fact.relation == "FEATURE"],
        nouns=[
            one
            for one in of("FEATURE", "SPEC", shapes="noun number")
            if _LETTERS.search(one.text)
            and not one.bare_measure
            and not _TAIL.search(one.text)
            and not _TITLED.match(one.text)
        ],
        does=of("FEATURE", shapes="does"),
        uses=of("USED_FOR", shapes="noun gerund"),
        verbs=of("USED_FOR", shapes="verb"),
        audiences=of("SUITABLE_FOR"),
        colors=of("COLOR"),
        materials=[one for one in of("MATERIAL") if not _PART.search(one.text)],
        includes=of("INCLUDES"),
        devices=of("COMPATIBLE_WITH"),
        places=of("USED_IN"),
        occasions=of("OCCASION"),
        certificates=of("CERTIFICATION"),
        contains=of("CONTAINS"),
        free_of=of("CONTAINS", polarity="negated"),
        needless=of("REQUIRES", polarity="negated"),
        missing=of("INCLUDES", polarity="negated"),
        quantities=of("QUANTITY"),
        sizes=[
            one.value
            for one in plan.of("MEASURE")
            if re.fullmatch(r"(?:X{0,3}[SML]|Small|Medium|Large|SM|MD|LG)", one.value)
        ],
        wholes=[
            one
            for one in of("FEATURE", "SPEC")
            if not one.bare_measure
            and not one.care
            and (one.shape == "clause" or _TAIL.search(one.text) or " " in one.text)
        ],
        measures=[one for one in of("MEASURE") if one.text.lower() in plan.product.title.lower()],
    )


def take(phrases: list[Phrase], rng: random.Random, most: int) -> list[str]:
    """Up to ``most`` of the foremost phrases, in a random order, none of which is part of another."""
    pool = phrases[: most + 4]
    rng.shuffle(pool := list(pool))
    taken: list[str] = []
    for one in pool:
        if not any(one.text.lower() in other.lower() or other.lower() in one.text.lower() for other in taken):
            taken.append(one.text)
    return taken[: rng.randint(1, most)]


def subject(words: Words, rng: random.Random) -> tuple[str, bool]:
    """The one the sentence is about, and whether it is many."""
    if words.types and (not words.name or rng.random() < 0.6):  # noqa: PLR2004 - the kind says more than the name
        kind = rng.choice(words.types[:2])
        return (f"these {kind.text}", True) if kind.plural else (f"this {kind.text}", False)
    if words.types:
        kind = words.types[0]
        return f"the {words.name} {kind.text}", kind.plural
    return (f"the {words.name}" if words.name else ""), False


def short_color(words: Words, kind: Phrase, rng: random.Random) -> list[str]:
    """One colour that can stand before the noun."""
    return [
        one
        for one in take(words.colors, rng, 1)
        if len(one.split()) <= 2 and one.lower() not in kind.text.lower()  # noqa: PLR2004 - "navy blue", no more
    ]


def all_materials(words: Words) -> list[str]:
    """What it is made of, all of it: naming one of several would sell nylon as steel. Empty for a long list."""
    names = list(dict.fromkeys(one.text for one in words.materials))
    bare = [one for one in names if not any(one != other and one in other.split() for other in names)]
    return bare if len(bare) <= _FEW else []


def by_name(words: Words) -> tuple[str, bool]:
    """The product by its name and kind, and whether it is many."""
    if not words.types:
        return "", False
    kind = words.types[0]
    own = kind.text if words.name.lower() in kind.text.lower() else f"{words.name} {kind.text}"
    return f"the {own}", kind.plural

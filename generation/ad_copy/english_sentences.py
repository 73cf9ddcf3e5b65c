"""English sentences from facts, and descriptions made of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generation.ad_copy.candidates import Candidate
from generation.ad_copy.channels import Tone, display_width
from generation.ad_copy.wording import Phrase, listed, place, sentence, with_article

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from generation.ad_copy.planning import Plan

_TRIES: Final = 120
_SHORT: Final = 130
_NAME: Final = re.compile(r"(?!.*\b(?:for|with|of|in)\b)[^–|,:]{1,24}")
_LETTERS: Final = re.compile(r"[^\W\d_]{2}")
_OPENINGS: Final[dict[Tone, tuple[str, ...]]] = {
    "plain": ("", "Meet {the}. "),
    "playful": ("Say hello to {the}. ", "Looking for {a}? ", "Meet {the}. ", ""),
    "premium": ("Discover {the}. ", "", "Meet {the}. "),
    "practical": ("", "Need {a}? ", "For the job: {a}. "),
}


@dataclass(slots=True)
class _Words:
    """The planned facts as phrases by their part in a sentence; each text takes what it needs in a random order."""

    name: str
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


def _words(plan: Plan) -> _Words:
    def of(*relations: str, polarity: str = "affirmed", shapes: str = "") -> list[Phrase]:
        found = plan.phrases(*relations, polarity=polarity)  # type: ignore[arg-type] # literals below
        return [one for one in found if not shapes or one.shape in shapes.split()]

    brand = next((fact.value for fact in plan.of("BRAND")), "")
    # A model of many words, or one that is a phrase ("Pack for Swift V7"), is a headline of its own but no name.
    model = next((fact.value for fact in plan.of("MODEL") if _NAME.fullmatch(fact.value)), "")
    name = model if model.lower().startswith(brand.lower()) else f"{brand} {model}".strip()
    described = [one for one in of("FEATURE", "STYLE", shapes="adjective") if len(one.text.split()) <= 3]  # noqa: PLR2004
    return _Words(
        name=name if model else brand,
        types=of("TYPE"),
        adjectives=described,
        qualities=[one for one in described if one.fact.relation == "FEATURE"],
        nouns=[
            one
            for one in of("FEATURE", "SPEC", shapes="noun number")
            if _LETTERS.search(one.text) and not one.bare_measure
        ],
        does=of("FEATURE", shapes="does"),
        uses=of("USED_FOR", shapes="noun gerund"),
        verbs=of("USED_FOR", shapes="verb"),
        audiences=of("SUITABLE_FOR"),
        colors=of("COLOR"),
        materials=of("MATERIAL"),
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
    )


def sentences(plan: Plan, tone: Tone, rng: random.Random, *, kind: str, limit: int) -> list[Candidate]:
    """Texts of one or more sentences for a slot, as many facts in each as fit well."""
    words = _words(plan)
    made: dict[str, Candidate] = {}
    for _ in range(_TRIES):
        text, theme = _compose(words, tone, rng, limit)
        if text and text not in made:
            # Full slots and several facts sell better than three words in ninety characters.
            full = min(1.0, display_width(text) / (0.85 * min(limit, 260)))
            merit = 0.6 + 0.8 * full + (0.3 if theme in {maker.__name__.strip("_") for maker in _FLOWING} else 0.0)
            made[text] = Candidate(kind, text, theme, (), merit)
    return list(made.values())


def _compose(words: _Words, tone: Tone, rng: random.Random, limit: int) -> tuple[str, str]:
    makers = sorted(_MAKERS, key=lambda maker: rng.random() * (0.35 if maker in _FLOWING else 1.0))
    opening = _opening(words, tone, rng)
    text, used = opening if display_width(opening) <= limit // 2 else "", []
    most = 2 if limit <= _SHORT else rng.randint(2, 5)
    for maker in makers:
        made = maker(words, rng)
        if not made:
            continue
        part = sentence(made)
        if part not in text and not _says_again(text, part, words) and display_width(f"{text}{part}") <= limit:
            text = f"{text}{part} "
            used.append(maker.__name__.strip("_"))
        if len(used) >= most:  # an ad of many short sentences reads like a list
            break
    return (text.strip(), used[0]) if used else ("", "")


def _says_again(text: str, part: str, words: _Words) -> bool:
    """Whether a sentence repeats the start or a long word of what is there; the product's name and kind may recur."""
    if text and part.split(maxsplit=1)[0] in {sent.split()[0] for sent in text.strip().split(". ")}:
        return True
    own = _long_words(" ".join((words.name, *(kind.text for kind in words.types))))
    return bool((_long_words(text) & _long_words(part)) - own)


def _long_words(text: str) -> set[str]:
    return {word.lower().rstrip("s") for word in re.findall(r"[^\W\d_]+", text) if len(word) > 4}  # noqa: PLR2004 - "made", "with"


def _opening(words: _Words, tone: Tone, rng: random.Random) -> str:
    if not words.types or rng.random() < 0.5:  # noqa: PLR2004 - half of the texts open plainly
        return ""
    kind = rng.choice(words.types[:2])
    a = with_article(kind.text, plural=kind.plural, mass=kind.mass)
    the = (
        f"the {words.name}"
        if words.name and words.name.count(" ")
        else f"the {words.name} {kind.text}".replace("  ", " ")
    )
    return rng.choice(_OPENINGS[tone]).format(the=the, a=a)


def _take(phrases: list[Phrase], rng: random.Random, most: int) -> list[str]:
    """Up to ``most`` of the foremost phrases, in a random order, none of which is part of another."""
    pool = phrases[: most + 4]
    rng.shuffle(pool := list(pool))
    taken: list[str] = []
    for one in pool:
        if not any(one.text.lower() in other.lower() or other.lower() in one.text.lower() for other in taken):
            taken.append(one.text)
    return taken[: rng.randint(1, most)]


def _subject(words: _Words, rng: random.Random) -> tuple[str, bool]:
    """The one the sentence is about, and whether it is many."""
    if words.types and (not words.name or rng.random() < 0.6):  # noqa: PLR2004 - the kind says more than the name
        kind = rng.choice(words.types[:2])
        return (f"these {kind.text}", True) if kind.plural else (f"this {kind.text}", False)
    if words.types:
        kind = words.types[0]
        return f"the {words.name} {kind.text}", kind.plural
    return (f"the {words.name}" if words.name else ""), False


def _described(words: _Words, rng: random.Random) -> str:
    """A light, soft cotton tee with ribbed neckline for women."""
    if not words.types:
        return ""
    kind = rng.choice(words.types[:2])
    before = [one for one in _take(words.adjectives, rng, 2) if one.lower() not in kind.text.lower()]
    color = _short_color(words, kind, rng)
    head = " ".join([", ".join(before), *color, kind.text] if before else [*color, kind.text]).strip()
    if rng.random() < 0.5 and words.name and words.name.lower() not in head.lower():  # noqa: PLR2004
        head = f"the {words.name} {kind.text}"
    else:
        head = with_article(head, plural=kind.plural, mass=kind.mass)
    last = "" if color else _in(words, rng)
    if color and not (words.nouns or words.uses or words.audiences or words.occasions):
        return ""
    tails = [tail for tail in (_with(words, rng), _for(words, rng), last) if tail]
    rng.shuffle(tails)
    return " ".join([head, *tails[: rng.randint(1, 2)]]) if tails else ""


def _with(words: _Words, rng: random.Random) -> str:
    return f"with {listed(_take(words.nouns, rng, 3))}" if words.nouns else ""


def _for(words: _Words, rng: random.Random) -> str:
    pool = words.uses or words.audiences or words.occasions
    if words.uses and words.audiences and rng.random() < 0.4:  # noqa: PLR2004
        pool = words.audiences
    return f"for {listed(_take(pool, rng, 3))}" if pool else ""


def _in(words: _Words, rng: random.Random) -> str:
    if words.materials and rng.random() < 0.6:  # noqa: PLR2004
        return f"made of {listed(_take(words.materials, rng, 2))}"
    return f"in {listed(_take(words.colors, rng, 1))}" if words.colors else ""


def _is(words: _Words, rng: random.Random) -> str:
    """This tee is soft and tag-free."""
    subject, many = _subject(words, rng)
    if not words.qualities or not subject:
        return ""
    return f"{subject} {'are' if many else 'is'} {listed(_take(words.qualities, rng, 3))}"


def _short_color(words: _Words, kind: Phrase, rng: random.Random) -> list[str]:
    """One colour that can stand before the noun."""
    return [
        one
        for one in _take(words.colors, rng, 1)
        if len(one.split()) <= 2 and one.lower() not in kind.text.lower()  # noqa: PLR2004 - "navy blue", no more
    ]


def _named(words: _Words, rng: random.Random) -> str:
    """The Fernhault lightweight pruner in orange."""
    if not words.types or not words.name:
        return ""
    kind = rng.choice(words.types[:2])
    before = [one for one in _take(words.adjectives, rng, 2) if one.lower() not in kind.text.lower()]
    color = _take(words.colors, rng, 1)
    size = [fact for fact in words.sizes if fact.lower() not in kind.text.lower()][:1]
    head = f"the {words.name} {', '.join(before)} {kind.text}".replace("  ", " ")
    tail = f"in {listed([*color, *(f'size {one}' for one in size)])}" if color or size else ""
    return f"{head} {tail}" if tail or before else ""


def _that(words: _Words, rng: random.Random) -> str:
    """A clog that sheds water, made for kitchens."""
    if not words.types or not words.does:
        return ""
    kind = rng.choice(words.types[:2])
    if kind.plural:
        return ""
    before = [one for one in _take(words.adjectives, rng, 1) if one.lower() not in kind.text.lower()]
    tail = _for(words, rng)
    head = with_article(" ".join([*before, kind.text]), plural=False, mass=kind.mass)
    return f"{head} that {rng.choice(words.does[:3]).text}{f', {tail}' if tail else ''}"


def _combined(words: _Words, rng: random.Random) -> str:
    """Slip-proof handle and magnetic tips in an impact driven screwdriver for mechanics."""
    if not words.types or len(words.nouns) < 2:  # noqa: PLR2004 - one feature needs no list
        return ""
    kind = rng.choice(words.types[:2])
    color = _short_color(words, kind, rng)
    # "Keto in a sweetener" is no English, "ribbed hem and cuffs in a sweatshirt" is.
    goods = listed(_take([one for one in words.nouns if " " in one.text], rng, 3))
    if not goods:
        return ""
    tail = _for(words, rng) if rng.random() < 0.5 else ""  # noqa: PLR2004
    return (
        f"{goods} in {with_article(' '.join([*color, kind.text]), plural=kind.plural, mass=kind.mass)} {tail}".strip()
    )


def _for_whom(words: _Words, rng: random.Random) -> str:
    """For camping, hiking and travel: a lightweight, compact towel in teal."""
    start = _for(words, rng)
    if not start or not words.types:
        return ""
    kind = rng.choice(words.types[:2])
    before = [one for one in _take(words.adjectives, rng, 2) if one.lower() not in kind.text.lower()]
    tail = rng.choice((_with(words, rng), _in(words, rng)))
    head = with_article(f"{', '.join(before)} {kind.text}".strip(), plural=kind.plural, mass=kind.mass)
    return f"{start}: {head} {tail}".strip() if before or tail else ""


def _features(words: _Words, rng: random.Random) -> str:
    """Slip-proof handle, magnetic tips and a metal cap."""
    return listed(_take(words.nouns, rng, 3)) if len(words.nouns) > 1 else ""


def _does(words: _Words, rng: random.Random) -> str:
    return listed(_take(words.does, rng, 2)) if words.does else ""


def _used(words: _Words, rng: random.Random) -> str:
    if not words.uses and not words.verbs:
        return ""
    if words.verbs and (not words.uses or rng.random() < 0.3):  # noqa: PLR2004
        return f"made to {rng.choice(words.verbs[:3]).text}"
    uses = listed(_take(words.uses, rng, 3))
    return rng.choice(
        (
            f"made for {uses}",
            f"use it for {uses}" if words.types and not words.types[0].plural else f"use them for {uses}",
            f"ready for {uses}",
        )
    )


def _suited(words: _Words, rng: random.Random) -> str:
    return (
        f"{rng.choice(('made for', 'designed for', 'suits'))} {listed(_take(words.audiences, rng, 3))}"
        if words.audiences
        else ""
    )


def _made_of(words: _Words, rng: random.Random) -> str:
    if not words.materials:
        return ""
    color = _take(words.colors, rng, 1)
    return f"made of {listed(_take(words.materials, rng, 2))}{f', in {color[0]}' if color else ''}"


def _included(words: _Words, rng: random.Random) -> str:
    return f"{rng.choice(('comes with', 'includes'))} {listed(_take(words.includes, rng, 3))}" if words.includes else ""


def _fits(words: _Words, rng: random.Random) -> str:
    return (
        f"{rng.choice(('works with', 'fits', 'made for'))} {listed(_take(words.devices, rng, 3))}"
        if words.devices
        else ""
    )


def _placed(words: _Words, rng: random.Random) -> str:
    if not words.places:
        return ""
    places = [place(one) for one in words.places[:4] if one.shape in {"noun", "adjective"}]
    rng.shuffle(places)
    return f"made for {places[0]}" if places else ""


def _occasion(words: _Words, rng: random.Random) -> str:
    return (
        f"{rng.choice(('ready for', 'made for'))} {listed(_take(words.occasions, rng, 3))}" if words.occasions else ""
    )


def _certified(words: _Words, rng: random.Random) -> str:
    return listed(_take(words.certificates, rng, 2))


def _contains(words: _Words, rng: random.Random) -> str:
    return f"made with {listed(_take(words.contains, rng, 3))}" if words.contains else ""


def _free(words: _Words, rng: random.Random) -> str:
    absent = _take(words.free_of, rng, 3)
    if not absent:
        return ""
    return f"made without {', '.join(absent[:-1])}{' or ' if len(absent) > 1 else ''}{absent[-1]}"


def _needless(words: _Words, rng: random.Random) -> str:
    return f"no {rng.choice(words.needless[:2]).text} needed" if words.needless else ""


def _missing(words: _Words, rng: random.Random) -> str:
    return f"{rng.choice(words.missing[:2]).text} not included" if words.missing else ""


_MAKERS: Final[tuple[Callable[[_Words, random.Random], str], ...]] = (
    _described, _named, _that, _combined, _for_whom, _is, _features, _does, _used, _suited, _made_of, _included,
    _fits, _placed, _occasion, _certified, _contains, _free, _needless, _missing,
)  # fmt: skip
_FLOWING: Final = (_described, _that, _combined, _for_whom)

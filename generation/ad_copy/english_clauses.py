"""English clauses that carry several facts: a product described, named, or shown with what it has and is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generation.ad_copy.english_words import Words, all_materials, short_color, subject, take
from generation.ad_copy.wording import listed, with_article

if TYPE_CHECKING:
    import random


def described(words: Words, rng: random.Random) -> str:
    """A light, soft cotton tee with ribbed neckline for women."""
    if not words.types:
        return ""
    kind = rng.choice(words.types[:2])
    before = [one for one in take(words.adjectives, rng, 2) if one.lower() not in kind.text.lower()]
    color = short_color(words, kind, rng)
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


def _with(words: Words, rng: random.Random) -> str:
    return f"with {listed(take(words.nouns, rng, 3))}" if words.nouns else ""


def _for(words: Words, rng: random.Random) -> str:
    pool = words.uses or words.audiences or words.occasions
    if words.uses and words.audiences and rng.random() < 0.4:  # noqa: PLR2004
        pool = words.audiences
    return f"for {listed(take(pool, rng, 3))}" if pool else ""


def _in(words: Words, rng: random.Random) -> str:
    if words.materials and rng.random() < 0.6:  # noqa: PLR2004
        return f"made of {listed(all_materials(words))}"
    return f"in {listed(take(words.colors, rng, 1))}" if words.colors else ""


def is_so(words: Words, rng: random.Random) -> str:
    """This tee is soft and tag-free."""
    what, many = subject(words, rng)
    if not words.qualities or not what:
        return ""
    return f"{what} {'are' if many else 'is'} {listed(take(words.qualities, rng, 3))}"


def named(words: Words, rng: random.Random) -> str:
    """The Fernhault lightweight pruner in orange."""
    if not words.types or not words.name:
        return ""
    kind = rng.choice(words.types[:2])
    before = [one for one in take(words.adjectives, rng, 2) if one.lower() not in kind.text.lower()]
    color = take(words.colors, rng, 1)
    size = [fact for fact in words.sizes if fact.lower() not in kind.text.lower()][:1]
    head = f"the {words.name} {', '.join(before)} {kind.text}".replace("  ", " ")
    tail = f"in {listed([*color, *(f'size {one}' for one in size)])}" if color or size else ""
    return f"{head} {tail}" if tail or before else ""


def that(words: Words, rng: random.Random) -> str:
    """A clog that sheds water, made for kitchens."""
    if not words.types or not words.does:
        return ""
    kind = rng.choice(words.types[:2])
    if kind.plural:
        return ""
    before = [one for one in take(words.adjectives, rng, 1) if one.lower() not in kind.text.lower()]
    tail = _for(words, rng)
    head = with_article(" ".join([*before, kind.text]), plural=False, mass=kind.mass)
    return f"{head} that {rng.choice(words.does[:3]).text}{f', {tail}' if tail else ''}"


def combined(words: Words, rng: random.Random) -> str:
    """Slip-proof handle and magnetic tips in an impact driven screwdriver for mechanics."""
    if not words.types or len(words.nouns) < 2:  # noqa: PLR2004 - one feature needs no list
        return ""
    kind = rng.choice(words.types[:2])
    color = short_color(words, kind, rng)
    # "Keto in a sweetener" is no English, "ribbed hem and cuffs in a sweatshirt" is.
    goods = listed(take([one for one in words.nouns if " " in one.text], rng, 3))
    if not goods:
        return ""
    tail = _for(words, rng) if rng.random() < 0.5 else ""  # noqa: PLR2004
    return (
        f"{goods} in {with_article(' '.join([*color, kind.text]), plural=kind.plural, mass=kind.mass)} {tail}".strip()
    )


def for_whom(words: Words, rng: random.Random) -> str:
    """For camping, hiking and travel: a lightweight, compact towel in teal."""
    start = _for(words, rng)
    if not start or not words.types:
        return ""
    kind = rng.choice(words.types[:2])
    before = [one for one in take(words.adjectives, rng, 2) if one.lower() not in kind.text.lower()]
    tail = rng.choice((_with(words, rng), _in(words, rng)))
    head = with_article(f"{', '.join(before)} {kind.text}".strip(), plural=kind.plural, mass=kind.mass)
    return f"{start}: {head} {tail}".strip() if before or tail else ""

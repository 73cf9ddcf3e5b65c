"""English statements of one kind of fact each, a few words long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generation.ad_copy.english_words import Words, all_materials, by_name, take
from generation.ad_copy.wording import listed, place, with_article

if TYPE_CHECKING:
    import random


def whole(words: Words, rng: random.Random) -> str:
    """Oven safe to 260 °C including the knob."""
    return rng.choice(words.wholes[:4]).text if words.wholes else ""


def sized(words: Words, rng: random.Random) -> str:
    """The Stovrik skillet, 24 cm."""
    name, many = by_name(words)
    return f"{name}, {rng.choice(words.measures[:2]).text}" if name and words.measures and not many else ""


def from_brand(words: Words, rng: random.Random) -> str:
    """A skillet from Stovrik in black, made of carbon steel."""
    if not words.types or not words.brand or words.brand.lower() in words.types[0].text.lower():
        return ""
    kind = rng.choice(words.types[:2])
    color = take(words.colors, rng, 1)
    made = listed(all_materials(words))
    tail = f"{f' in {color[0]}' if color else ''}{f', made of {made}' if made else ''}"
    head = with_article(kind.text, plural=kind.plural, mass=kind.mass)
    return f"{head} from {words.brand}{tail}" if tail else ""


def features(words: Words, rng: random.Random) -> str:
    """Slip-proof handle, magnetic tips and a metal cap."""
    return listed(take(words.nouns, rng, 3)) if len(words.nouns) > 1 else ""


def does(words: Words, rng: random.Random) -> str:
    """Keeps out dust."""
    return listed(take(words.does, rng, 2)) if words.does else ""


def used(words: Words, rng: random.Random) -> str:
    """Made for hiking and travel."""
    if not words.uses and not words.verbs:
        return ""
    if words.verbs and (not words.uses or rng.random() < 0.3):  # noqa: PLR2004
        return f"made to {rng.choice(words.verbs[:3]).text}"
    uses = listed(take(words.uses, rng, 3))
    return rng.choice(
        (
            f"made for {uses}",
            f"use it for {uses}" if words.types and not words.types[0].plural else f"use them for {uses}",
            f"ready for {uses}",
        )
    )


def suited(words: Words, rng: random.Random) -> str:
    """Designed for women."""
    return (
        f"{rng.choice(('made for', 'designed for', 'suits'))} {listed(take(words.audiences, rng, 3))}"
        if words.audiences
        else ""
    )


def made_of(words: Words, rng: random.Random) -> str:
    """Made of steel and oak, in black."""
    if not words.materials:
        return ""
    color = take(words.colors, rng, 1)
    return f"made of {listed(all_materials(words))}{f', in {color[0]}' if color else ''}"


def included(words: Words, rng: random.Random) -> str:
    """Comes with a case."""
    return f"{rng.choice(('comes with', 'includes'))} {listed(take(words.includes, rng, 3))}" if words.includes else ""


def fits(words: Words, rng: random.Random) -> str:
    """Works with Bluetooth 5.3."""
    return (
        f"{rng.choice(('works with', 'fits', 'made for'))} {listed(take(words.devices, rng, 3))}"
        if words.devices
        else ""
    )


def placed(words: Words, rng: random.Random) -> str:
    """Made for the kitchen."""
    if not words.places:
        return ""
    places = [place(one) for one in words.places[:4] if one.shape in {"noun", "adjective"}]
    rng.shuffle(places)
    return f"made for {places[0]}" if places else ""


def occasion(words: Words, rng: random.Random) -> str:
    """Ready for birthdays."""
    return f"{rng.choice(('ready for', 'made for'))} {listed(take(words.occasions, rng, 3))}" if words.occasions else ""


def certified(words: Words, rng: random.Random) -> str:
    """FSC and UPF 50+."""
    return listed(take(words.certificates, rng, 2))


def contains(words: Words, rng: random.Random) -> str:
    """Made with oats."""
    return f"made with {listed(take(words.contains, rng, 3))}" if words.contains else ""


def free(words: Words, rng: random.Random) -> str:
    """Made without nuts or soy."""
    absent = take(words.free_of, rng, 3)
    if not absent:
        return ""
    return f"made without {', '.join(absent[:-1])}{' or ' if len(absent) > 1 else ''}{absent[-1]}"


def needless(words: Words, rng: random.Random) -> str:
    """No tools needed."""
    return f"no {rng.choice(words.needless[:2]).text} needed" if words.needless else ""


def missing(words: Words, rng: random.Random) -> str:
    """Batteries not included."""
    return f"{rng.choice(words.missing[:2]).text} not included" if words.missing else ""

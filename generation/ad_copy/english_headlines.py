"""English headlines from facts: short, title case, each about one thing."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Final

from generation.ad_copy.candidates import Candidate
from generation.ad_copy.wording import Phrase, listed, place, title_case

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from generation.ad_copy.channels import Tone
    from generation.ad_copy.planning import Plan

_OPENERS: Final[dict[Tone, tuple[str, ...]]] = {
    "plain": ("Meet the {0}", "{0}", "The {0}"),
    "playful": ("Say Hello to {0}", "Meet Your {0}", "Hello, {0}", "Try the {0}"),
    "premium": ("The {0}", "Discover the {0}", "{0}"),
    "practical": ("{0}", "Get the {0}", "Choose the {0}"),
}
_USE: Final[dict[Tone, tuple[str, ...]]] = {
    "plain": ("For {0}", "Made for {0}", "Designed for {0}"),
    "playful": ("Ready for {0}", "Here for {0}", "Going for {0}"),
    "premium": ("Crafted for {0}", "Made for {0}", "Designed for {0}"),
    "practical": ("Built for {0}", "For {0}", "Use It for {0}", "Works for {0}"),
}
_PER_THEME: Final = 8


def headlines(plan: Plan, tone: Tone, rng: random.Random) -> list[Candidate]:
    """Candidates for headlines, in no order; the selection checks each and keeps the diverse."""
    made = [
        Candidate("headline", title_case(text), theme, (), merit)
        for text, theme, merit in _texts(plan, tone, rng)
    ]  # fmt: skip
    rng.shuffle(made)
    return made


def _texts(plan: Plan, tone: Tone, rng: random.Random) -> Iterator[tuple[str, str, float]]:
    types = plan.phrases("TYPE")[:4]
    brands = [fact.value for fact in plan.of("BRAND")][:1]
    yield from _named(plan, types, brands, tone)
    yield from _typed(plan, types)
    yield from _used(plan, types, tone, rng)
    yield from _featured(plan, types)
    yield from _contents(plan)


def _named(plan: Plan, types: list[Phrase], brands: list[str], tone: Tone) -> Iterator[tuple[str, str, float]]:
    models = [fact.value for fact in plan.of("MODEL")][:3]
    for brand in brands:
        for one in types[:2]:
            yield f"{brand} {one.text}", "name", 1.2
            yield f"{one.text} by {brand}", "name", 1.0
            yield f"{one.text} from {brand}", "name", 1.0
            yield f"Discover {brand} {one.text}", "name", 0.8
        for model in models:
            own = model if model.lower().startswith(brand.lower()) else f"{brand} {model}"
            for opener in _OPENERS[tone]:
                yield opener.format(own), "model", 1.1
    for model in models:
        for one in types[:2]:
            if one.text.lower() not in model.lower():
                yield f"{model} {one.text}", "model", 1.1
                yield f"The {model} {one.text}", "model", 0.9


def _typed(plan: Plan, types: list[Phrase]) -> Iterator[tuple[str, str, float]]:
    describing = plan.phrases("STYLE", "MATERIAL", "FEATURE", "COLOR", "FLAVOR")
    describing = [one for one in describing if one.shape == "adjective" or one.fact.relation in {"COLOR", "MATERIAL"}]
    if (
        len({fact.entity.key for fact in plan.of("MATERIAL")}) > 1
    ):  # "in nylon" would be said of what is steel and nylon
        describing = [one for one in describing if one.fact.relation != "MATERIAL"]
    for one in types[:3]:
        for word in describing[:_PER_THEME]:
            yield from _described(one, word)
        for fact in plan.of("QUANTITY")[:2]:
            yield f"{fact.value}: {one.text}", "quantity", 0.8
            yield f"{one.text}, {fact.value}", "quantity", 0.9
        for fact in plan.of("MEASURE")[:4]:
            if _in_title(plan, fact.value):
                yield f"{fact.value} {one.text}", "measure", 1.0
                yield f"{one.text}, {fact.value}", "measure", 1.0
        for audience in plan.phrases("SUITABLE_FOR")[:3]:
            yield f"{one.text} for {audience.text}", "audience", 1.2


def _described(kind: Phrase, word: Phrase) -> Iterator[tuple[str, str, float]]:
    short = word.text.split(",")[0]
    if len(short.split()) > 3 or _overlap(short, kind.text):  # noqa: PLR2004 - more does not fit
        return
    relation = word.fact.relation
    if relation == "COLOR" or (relation == "MATERIAL" and word.shape == "noun"):
        yield f"{kind.text} in {short}", relation.lower(), 1.1
        yield f"{short} {kind.text}", relation.lower(), 1.0
    else:
        yield f"{short} {kind.text}", relation.lower(), 1.2


def _used(plan: Plan, types: list[Phrase], tone: Tone, rng: random.Random) -> Iterator[tuple[str, str, float]]:
    uses = [one for one in plan.phrases("USED_FOR") if one.shape in {"noun", "gerund"}][:6]
    verbs = [one for one in plan.phrases("USED_FOR") if one.shape == "verb"][:3]
    frames = _USE[tone]
    for one in uses:
        for frame in frames:
            yield frame.format(one.text), "use", 1.0
        for kind in types[:2]:
            if not _overlap(one.text, kind.text):
                yield f"{kind.text} for {one.text}", "use", 1.3
    pairs = list(permutations(uses, 2))
    rng.shuffle(pairs)
    for left, right in pairs[:_PER_THEME]:
        yield rng.choice(frames).format(f"{left.text} and {right.text}"), "use", 1.2
    for one in verbs:
        yield f"Made to {one.text}", "use", 1.0
        yield f"Ready to {one.text}", "use", 0.9
    yield from _suited(plan)


def _suited(plan: Plan) -> Iterator[tuple[str, str, float]]:
    for one in plan.phrases("SUITABLE_FOR")[:4]:
        yield f"Made for {one.text}", "audience", 1.0
        yield f"Designed for {one.text}", "audience", 1.0
    for one in plan.phrases("OCCASION")[:3]:
        yield f"Ready for {one.text}", "occasion", 1.1
        yield f"Made for {one.text}", "occasion", 1.0
    for one in plan.phrases("USED_IN")[:3]:
        yield f"Made for {place(one)}", "place", 1.0
        yield f"For {place(one)}", "place", 0.9
    for fact in plan.of("COMPATIBLE_WITH")[:4]:
        yield f"Fits {fact.value}", "compatible", 0.9
        yield f"Works With {fact.value}", "compatible", 1.0
        yield f"Made for {fact.value}", "compatible", 0.9


def _featured(plan: Plan, types: list[Phrase]) -> Iterator[tuple[str, str, float]]:
    features = [one for one in plan.phrases("FEATURE", "SPEC", "CERTIFICATION") if not one.bare_measure][:12]
    adjectives = [one for one in features if one.shape == "adjective" and len(one.text.split()) <= 2]  # noqa: PLR2004
    for one in features:
        merit = 1.3 if len(one.text.split()) > 1 else 0.8
        if one.shape in {"noun", "number", "does", "gerund", "adjective"}:
            yield one.text, one.fact.relation.lower(), merit
        if one.shape in {"noun", "number"}:
            yield f"With {one.text}", one.fact.relation.lower(), 0.8
            for kind in types[:1]:
                if not _overlap(one.text, kind.text):
                    yield f"{kind.text} with {one.text}", one.fact.relation.lower(), 1.2
    for left, right in list(permutations(adjectives, 2))[:_PER_THEME]:
        yield f"{left.text} and {right.text}", "feature", 1.1
        yield f"{left.text}, {right.text}", "feature", 1.0
    specs = [one for one in features if one.fact.relation == "SPEC" and len(one.text) < 16]  # noqa: PLR2004 - two must fit
    for left, right in list(permutations(specs, 2))[:_PER_THEME]:
        yield f"{left.text}, {right.text}", "spec", 1.1
        yield f"{left.text} and {right.text}", "spec", 1.0


def _contents(plan: Plan) -> Iterator[tuple[str, str, float]]:
    absent = [one.text for one in plan.phrases("CONTAINS", polarity="negated")][:3]
    for word in absent:
        yield f"No {word}", "free_of", 0.9
        yield f"Made Without {word}", "free_of", 1.0
    if len(absent) > 1:
        yield f"No {absent[0]}, No {absent[1]}", "free_of", 1.2
    for one in plan.phrases("REQUIRES", polarity="negated")[:2]:
        yield f"No {one.text} Needed", "needs_no", 1.2
    for one in plan.phrases("INCLUDES")[:4]:
        yield f"{one.text} included", "includes", 1.0
        yield f"Comes with {one.text}", "includes", 1.0
    inside = [one.text for one in plan.phrases("CONTAINS")][:4]
    for word in inside:
        yield f"Made with {word}", "contains", 1.0
    if len(inside) > 1:
        yield f"With {listed(inside[:2])}", "contains", 1.1
    materials = list(dict.fromkeys(one.text for one in plan.phrases("MATERIAL")))
    if materials:
        yield f"Made of {listed(materials)}", "material", 1.0
    for one in plan.phrases("FLAVOR")[:2]:
        yield f"In {one.text}", "flavor", 0.9


def _in_title(plan: Plan, value: str) -> bool:
    return value.lower() in plan.product.title.lower()


def _overlap(left: str, right: str) -> bool:
    """Whether two phrases share a word, so that together they would repeat themselves."""
    words = [{word.lower().rstrip("s") for word in one.replace("-", " ").split()} for one in (left, right)]
    return bool(words[0] & words[1])

"""Chinese ad texts from facts."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from generation.ad_copy.candidates import Candidate
from generation.ad_copy.channels import Tone, display_width

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

    from generation.ad_copy.planning import Plan
    from kg.model import Fact
    from kg.ontology import Relation

_TRIES: Final = 120
_SHORT: Final = 130
_USE: Final[dict[Tone, tuple[str, ...]]] = {
    "plain": ("适合{0}", "{0}可用", "用于{0}"),
    "playful": ("{0}，带上它", "陪你{0}", "{0}就选它"),
    "premium": ("为{0}而生", "专为{0}设计"),
    "practical": ("{0}好帮手", "{0}都好用", "适合{0}"),
}
_LEADS: Final[dict[Tone, tuple[str, ...]]] = {
    "plain": ("{0}，", "{0}："),
    "playful": ("认识一下{0}，", "遇见{0}，"),
    "premium": ("{0}，", "遇见{0}，"),
    "practical": ("{0}，", "选{0}，"),
}


def headlines(plan: Plan, tone: Tone, rng: random.Random) -> list[Candidate]:
    """Candidates for headlines, in no order."""
    made = [Candidate("headline", text, theme, (), merit) for text, theme, merit in _headlines(plan, tone)]
    rng.shuffle(made)
    return made


def _values(plan: Plan, *relations: Relation, polarity: str = "affirmed") -> list[str]:
    return [fact.value.strip() for fact in plan.of(*relations, polarity=polarity)]


def _headlines(plan: Plan, tone: Tone) -> Iterator[tuple[str, str, float]]:  # noqa: C901 - one loop a kind
    types, brands = _values(plan, "TYPE")[:3], _values(plan, "BRAND")[:1]
    features = _values(plan, "FEATURE", "SPEC", "CERTIFICATION", "STYLE")[:12]
    for kind in types:
        for brand in brands:
            yield f"{brand}{kind}", "name", 1.2
            yield f"认识{brand}{kind}", "name", 0.9
        for feature in features:
            if feature not in kind and kind not in feature:
                yield f"{feature}{kind}" if len(feature) <= 5 else f"{feature}的{kind}", "typed", 1.1  # noqa: PLR2004
        for value in _values(plan, "COLOR", "MATERIAL")[:4]:
            if value not in kind:
                yield f"{value}{kind}", "typed", 1.0
        for audience in _values(plan, "SUITABLE_FOR")[:3]:
            yield f"{audience}的{kind}", "audience", 0.9
            yield f"{audience}{kind}", "audience", 1.0
        for measure in _values(plan, "MEASURE")[:3]:
            yield f"{measure}{kind}", "measure", 1.0
    for model in _values(plan, "MODEL")[:2]:
        for kind in types[:1]:
            yield f"{model}{kind}", "model", 1.0
    yield from _alone(plan, tone, features)


def _alone(plan: Plan, tone: Tone, features: Sequence[str]) -> Iterator[tuple[str, str, float]]:  # noqa: C901 - one loop a kind
    """Headlines that do not name the kind of product."""
    for feature in features:
        yield feature, "feature", 1.0
    for left, right in pairwise(features):
        yield f"{left}，{right}", "feature", 1.2
    for use in _values(plan, "USED_FOR", "USED_IN", "OCCASION")[:6]:
        for frame in _USE[tone]:
            yield frame.format(use), "use", 1.0
    for audience in _values(plan, "SUITABLE_FOR")[:3]:
        yield f"{audience}适用", "audience", 0.9
    for material in _values(plan, "MATERIAL")[:3]:
        yield f"{material}材质", "material", 0.9
        yield f"采用{material}", "material", 0.9
    for item in _values(plan, "INCLUDES")[:3]:
        yield f"附{item}", "includes", 1.0
    for device in _values(plan, "COMPATIBLE_WITH")[:3]:
        yield f"{device}可用", "compatible", 1.0
    for absent in _values(plan, "CONTAINS", polarity="negated")[:3]:
        yield absent if absent.startswith(("无", "不", "0")) else f"不含{absent}", "free_of", 1.1
    for spec in _values(plan, "SPEC", "MEASURE", "QUANTITY")[:5]:
        yield spec, "spec", 0.7


def sentences(plan: Plan, tone: Tone, rng: random.Random, *, kind: str, limit: int) -> list[Candidate]:
    """Texts of several phrases for a slot."""
    made: dict[str, Candidate] = {}
    for _ in range(_TRIES):
        text, theme = _compose(plan, tone, rng, limit)
        if text and text not in made:
            merit = 0.6 + 0.8 * min(1.0, display_width(text) / (0.85 * min(limit, 260)))
            made[text] = Candidate(kind, text, theme, (), merit)
    return list(made.values())


def _compose(plan: Plan, tone: Tone, rng: random.Random, limit: int) -> tuple[str, str]:
    types, brands = _values(plan, "TYPE")[:2], _values(plan, "BRAND")[:1]
    text = ""
    if types and rng.random() < 0.6:  # noqa: PLR2004 - not every text opens with the name
        text = rng.choice(_LEADS[tone]).format((brands[0] if brands and rng.random() < 0.7 else "") + rng.choice(types))  # noqa: PLR2004
    pool = list(_phrases(plan, rng))
    most = 4 if limit <= _SHORT else rng.randint(4, 9)
    rng.shuffle(pool)
    used: list[str] = []
    sentence: list[str] = []
    done = text
    for theme, phrase in pool:
        draft = f"{done}{'，'.join([*sentence, phrase])}。"
        if phrase in draft[: -len(phrase) - 1] or display_width(draft) > limit:
            continue
        sentence.append(phrase)
        used.append(theme)
        if len(sentence) == 3:  # noqa: PLR2004 - three phrases make a sentence
            done, sentence = f"{done}{'，'.join(sentence)}。", []
        if len(used) >= most:
            break
    if sentence:
        done = f"{done}{'，'.join(sentence)}。"
    return (done, used[0]) if used and done.endswith("。") else ("", "")


def _phrases(plan: Plan, rng: random.Random) -> Iterator[tuple[str, str]]:
    for fact in plan.of("FEATURE", "SPEC", "CERTIFICATION", "STYLE", "QUANTITY"):
        yield fact.relation.lower(), fact.value
    for relations, frames in _FRAMES:
        values = _some(plan.of(*relations), rng)
        if values:
            yield relations[0].lower(), rng.choice(frames).format("、".join(values))
    absent = list(_some(plan.of("CONTAINS", polarity="negated"), rng))
    if absent and not any(value.startswith(("无", "不", "0")) for value in absent):
        yield "free_of", f"不含{'、'.join(absent)}"
    for fact in plan.of("INCLUDES", polarity="negated")[:2]:
        yield "missing", f"不含{fact.value}" if not fact.value.startswith(("无", "不")) else fact.value


_FRAMES: Final[tuple[tuple[tuple[Relation, ...], tuple[str, ...]], ...]] = (
    (("MATERIAL",), ("采用{0}", "{0}材质", "{0}制成")),
    (("COLOR",), ("{0}配色", "{0}可选")),
    (("USED_FOR",), ("适合{0}", "{0}都好用", "{0}可用")),
    (("SUITABLE_FOR",), ("适合{0}", "{0}适用")),
    (("USED_IN", "OCCASION"), ("{0}都合适", "适合{0}")),
    (("INCLUDES",), ("附{0}", "随附{0}", "配{0}")),
    (("COMPATIBLE_WITH",), ("适配{0}", "{0}可用")),
    (("CONTAINS",), ("添加{0}", "含{0}")),
    (("FLAVOR",), ("{0}口味",)),
)


def _some(facts: Sequence[Fact], rng: random.Random) -> list[str]:
    pool = [fact.value for fact in facts[:5]]
    rng.shuffle(pool)
    return pool[: rng.randint(1, 3)] if pool else []

"""Which facts an ad may use, and which it should use first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from generation.ad_copy.certainty import certain
from generation.ad_copy.policy import policy_problems
from generation.ad_copy.wording import Phrase, phrase, proper_words
from generation.prompts import trusted_facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.model import Fact, Product, Review
    from kg.ontology import Relation

_WEIGHTS: Final[dict[Relation, float]] = {
    "BRAND": 3.0, "TYPE": 3.0, "MODEL": 2.4, "FEATURE": 2.2, "USED_FOR": 2.0, "SPEC": 1.8, "SUITABLE_FOR": 1.8,
    "CERTIFICATION": 1.6, "MATERIAL": 1.6, "INCLUDES": 1.5, "CONTAINS": 1.5, "COMPATIBLE_WITH": 1.5, "STYLE": 1.3,
    "QUANTITY": 1.3, "FLAVOR": 1.3, "COLOR": 1.2, "OCCASION": 1.2, "USED_IN": 1.2, "MEASURE": 1.0, "AUTHOR": 1.5,
    "REQUIRES": 0.6,
}  # fmt: skip
# A denial inside a value sells only where the absence is the benefit.
_DENIAL: Final = re.compile(
    r"\b(?:no|not|never|without|cannot|can['’]t|won['’]t|doesn['’]t|don['’]t|isn['’]t|nor)\b|(?<![\w])(?:不|无|非|勿)|[，、](?:不|无|非)|用不了|不能|不可|不支持|不适",
    re.IGNORECASE,
)
_WELCOME: Final = re.compile(
    r"\b(?:fade|shrink|slip|shatter|scratch|rust|crack|peel|pill|pilling|tear|irritate|drip|leak|chip|stain|discolor|wrinkle|itch|stick|bleed"
    r"|residue|odor|fuss|tools?|mess|bpa|needed|required|tangle|tickle|fray|clump|smudge|lean|sag|bulk|hub|subscription)\w*\b"
    r"|不(?:粘|锈钢|起球|变形|掉色|褪色|打滑|烫手|卡粉|串味|漏|易|紧绷|泛白|扎|勒|断墨|滴|积|返|累|拔干|沾|伤|费)|无(?:线|痕|异味|添加|缝|涂层|需)",
    re.IGNORECASE,
)
# Pieces of sentences that an extractor cut badly.
_FRAGMENT: Final = re.compile(
    r"^(?:for|too|reapply|pre-?orders?|so|whose|once|while|until|then|which|that|rather|and|or|but|of|to|than|where|when|if|it|they|its)\b|\b(?:a|an|the|of|for|with|and|or|to|in|by|from|so|which|that|than|rather|is|are|as|its|your)$"
    r"|\brather than\b|, so\b|\bwhich\b",
    re.IGNORECASE,
)
_SOLD_APART: Final = re.compile(
    r"[\s\w]{0,20}\b(?:not|never) (?:included|supplied)|[\s\w]{0,20}\bsold separately", re.IGNORECASE
)
# What is denied may be said as denied, and only where the absence is worth saying.
_TOLD_TOGETHER: Final = frozenset({"MATERIAL"})  # one that is open means nothing while another is contested
_DENIABLE: Final = frozenset({"CONTAINS", "REQUIRES"})
_NAMES: Final = frozenset({"BRAND", "MODEL", "CERTIFICATION", "COMPATIBLE_WITH", "AUTHOR"})


@dataclass(frozen=True)
class Plan:
    """The facts an ad may state, the most telling first, and the names that keep their spelling."""

    product: Product
    facts: tuple[Fact, ...]
    names: tuple[str, ...]

    @cached_property
    def proper(self) -> frozenset[str]:
        """Words in lower case that keep their spelling."""
        return proper_words(self.names)

    def phrases(self, *relations: Relation, polarity: str = "affirmed") -> list[Phrase]:
        """The planned facts of these relations as they may stand in an English sentence."""
        found = [phrase(fact, self.proper) for fact in self.of(*relations, polarity=polarity)]
        return [self._one_of_a_kind(one) if one.fact.relation == "TYPE" else one for one in found]

    def _one_of_a_kind(self, kind: Phrase) -> Phrase:
        """The feed's category names many ("Espresso Machines"); the ad is about one where the texts say so."""
        brand = next((fact.value for fact in self.of("BRAND")), "")
        if brand and kind.text.lower().startswith(f"{brand.lower()} "):
            kind = Phrase(kind.fact, kind.text[len(brand) + 1 :], kind.shape)
        title = self.product.title.lower()
        last = kind.text.split()[-1]
        one = (
            re.sub(r"(?<=[^aeiou])ies$", "y", last)
            if last.endswith("ies")
            else re.sub(r"(?<=sh|ch|ss)es$|s$", "", last)
        )
        texts = " ".join((title, self.product.description.lower(), *(text.lower() for text in self.product.bullets)))
        if (
            "&" in kind.text
            or one == last
            or last.lower() in title
            or not re.search(rf"\b{re.escape(one.lower())}\b", texts)
        ):
            return kind
        return Phrase(kind.fact, kind.text[: -len(last)] + one, kind.shape)

    def of(self, *relations: Relation, polarity: str = "affirmed") -> list[Fact]:
        """Planned facts of these relations, the most telling first."""
        return [fact for fact in self.facts if fact.relation in relations and fact.polarity == polarity]


def plan_facts(product: Product, facts: Sequence[Fact], *, reviews: Sequence[Review] = (), language: str) -> Plan:
    """Choose and order the facts: open, certain, trusted, sayable under the platforms' policies, each said once."""
    names = tuple(
        dict.fromkeys(
            fact.value
            for fact in facts
            if fact.relation in _NAMES and fact.polarity == "affirmed" and certain(product, fact)
        )
    )
    # The glass of a lid says nothing of a pot that is of steel or of aluminium.
    disputed = {fact.relation for fact in facts if fact.state == "contested"} & _TOLD_TOGETHER
    usable = [
        fact
        for fact in trusted_facts(product, list(facts))
        if fact.state == "open"
        and fact.relation not in disputed
        and certain(product, fact)
        and (fact.polarity == "affirmed" or fact.relation in _DENIABLE)
        and _sells(fact)
        and not _problems(fact, names, language)
        and not _left_out_of_the_box(product, fact)
    ]
    # What is both said and denied, however unsure either is, is said neither way.
    denied = {_key(fact.value) for fact in facts if fact.polarity == "negated"}
    said = {_key(fact.value) for fact in facts if fact.polarity == "affirmed"}
    usable = [fact for fact in usable if _key(fact.value) not in (said if fact.polarity == "negated" else denied)]
    praised = " ".join(f"{review.title} {review.body}" for review in reviews if (review.rating or 0) >= 4).lower()  # noqa: PLR2004
    ordered = sorted(usable, key=lambda fact: (-_salience(product, fact, praised), fact.fact_id))
    return Plan(product, tuple(_said_once(ordered)), names)


def _sells(fact: Fact) -> bool:
    """Whether an ad would say it: a whole phrase, and no denial but a welcome one."""
    if _FRAGMENT.search(fact.value):
        return False
    if fact.polarity == "negated" or fact.relation in {"BRAND", "MODEL", "CONTAINS"}:
        return True
    return not _DENIAL.search(fact.value) or bool(_WELCOME.search(fact.value))


def _left_out_of_the_box(product: Product, fact: Fact) -> bool:
    """Whether "made without" would be said of what is merely sold apart: "charging lead not included"."""
    if fact.relation != "CONTAINS" or fact.polarity != "negated":
        return False
    return any(
        one.source == "text" and _SOLD_APART.match(product.raw_field(one.field)[one.end :]) for one in fact.evidence
    )


def _problems(fact: Fact, names: tuple[str, ...], language: str) -> list[str]:
    # Capitals are lowered by the realiser; the other problems are the fact's own.
    problems = policy_problems(fact.value, names=names, language=language)
    return [problem for problem in problems if problem != "all_caps"]


def _salience(product: Product, fact: Fact, praised: str) -> float:
    score = _WEIGHTS.get(fact.relation, 1.0) * (0.5 + 0.5 * fact.confidence)
    if any(evidence.field == "title" for evidence in fact.evidence) or fact.value.lower() in product.title.lower():
        score *= 1.25
    if len(fact.value) <= 3 or len(fact.value) > 45:  # noqa: PLR2004 - a long value fits no slot
        score *= 0.5
    if fact.relation == "TYPE" and all(evidence.source == "feed" for evidence in fact.evidence):
        score *= 0.6
    if "," in fact.value and len(fact.value) > 20:  # noqa: PLR2004 - a clause with a tail reads badly inside a sentence
        score *= 0.5
    if len(fact.evidence) > 1:
        score *= 1.1
    if len(fact.value) > 3 and fact.value.lower() in praised:  # noqa: PLR2004
        score *= 1.2
    return score


def _said_once(facts: Sequence[Fact]) -> list[Fact]:
    kept: list[Fact] = []
    seen: set[tuple[str, str, str]] = set()
    for fact in facts:
        key = (fact.relation, fact.polarity, _key(fact.value))
        if key not in seen:
            seen.add(key)
            kept.append(fact)
    return kept


def _key(value: str) -> str:
    return re.sub(r"[\W_]+", "", value.lower()).rstrip("s")

"""How well a passage answers a question: shared words weighted by rarity, and the quantity asked for."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generation.grounding.lexicon import english
from generation.grounding.tokens import tokenize
from kg.resolution import quantities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generation.answer.passages import Passage

_IDLE: Final = frozenset(
    """what which how when where who why does do is are can could will would should many much long far big does did
    has have had any there it its this that these those i you we they my your our their come comes use using
    used get please thanks hi hello ok okay work works working need needs tell know say says listed listing
    product item one ones also really actually still just like want buy bought if or and so too good fine am be
    been about mean able way kind""".split()  # noqa: SIM905
)
_ASKED: Final[tuple[tuple[str, frozenset[str]], ...]] = (
    (r"\bhow\s+(?:heavy|much\s+does\s+(?:it|this|the\s+\w+)\s+weigh)|\bweigh|多重|重量", frozenset({"weight"})),
    (r"\b(?:decibels?|db)\b|\bhow\s+(?:loud|noisy|quiet)|分贝|多大声", frozenset({"noise"})),
    (
        (
            r"\bhow\s+long\s+(?:does|do|will|is\s+the\s+(?:battery|warranty)|until|can|to|before)"
            r"|\bhow\s+many\s+(?:hours|minutes|days|years)|多久|多长时间|几小时"
        ),
        frozenset({"time"}),
    ),
    (r"\b(?:voltage|volts?)\b|电压", frozenset({"voltage"})),
    (r"\b(?:wattage|watts?)\b|功率|多少瓦", frozenset({"power"})),
    (
        r"\b(?:capacity|how\s+many\s+(?:litres|liters|ml|ounces))\b|容量",
        frozenset({"volume", "charge", "storage", "data", "weight", "energy"}),
    ),
    (
        (
            r"\bhow\s+(?:tall|wide|deep|high|thick|far)\b|\bhow\s+long\s+(?:is|are)\s+(?:the|this|it|they)\b"
            r"|\b(?:width|height|length|diameter|thickness|dimensions|how\s+many\s+(?:centimet|inch|met))"
            r"|多长|多宽|多高|多厚|尺寸|直径"
        ),
        frozenset({"length"}),
    ),
)


@dataclass(frozen=True, slots=True)
class Match:
    """A passage with what speaks for it; every feature is 0 to 1."""

    passage: Passage
    coverage: float
    rarest: float
    unknown: float
    quantity: float

    @property
    def features(self) -> tuple[float, ...]:
        """What the decision rests on, in the order of its coefficients."""
        return (self.coverage, self.rarest, self.unknown, self.quantity)


def rank(question: str, found: Sequence[Passage], *, names: str, language: str) -> list[Match]:
    """Passages by how well they answer; ``names`` is the product's title, whose words ask for nothing."""
    own = set(_terms(names, language))
    wanted = next(((m, kinds) for pattern, kinds in _ASKED if (m := re.search(pattern, question.lower()))), None)
    kinds = wanted[1] if wanted else None
    # "How heavy" asks for a weight, not for the word "heavy".
    rest = question.lower().replace(wanted[0].group(), " ", 1) if wanted else question
    terms = list(dict.fromkeys(_terms(rest, language)))
    asked = [term for term in terms if term not in own] or ([] if wanted else terms)
    texts = [passage.shown for passage in found]
    said = [set(_terms(text, language)) for text in texts]
    count = Counter(term for words in said for term in words)
    weights = {term: math.log(1 + (len(found) + 1) / (1 + count[term])) for term in asked}
    total = sum(weights.values())
    unknown = sum(weight for term, weight in weights.items() if not count[term]) / total if total else 0.0
    matches = []
    for place, (passage, words) in enumerate(zip(found, said, strict=True)):
        shared = [term for term in asked if term in words]
        rarest = max((weights[term] for term in shared), default=0.0) / math.log(2 + len(found))
        quantity = 0.5
        if kinds is not None:
            quantity = 1.0 if any(one.kind in kinds for one in quantities(texts[place], language)) else 0.0
        coverage = sum(weights[term] for term in shared) / total if total else quantity
        matches.append(Match(passage, coverage, rarest, unknown, quantity))
    return sorted(matches, key=_order)


def _order(match: Match) -> tuple[float, bool, int]:
    # What the merchant states answers before what one reviewer met.
    score = match.coverage + 0.5 * match.quantity - (0.2 if match.passage.review_id else 0.0)
    return (-score, match.passage.review_id is not None, len(match.passage.text))


def _terms(text: str, language: str) -> list[str]:
    if language == "zh":
        bare = re.sub(
            r"(?:请问|这个|这款|这|吗|呢|多少|什么|怎么|能不能|可不可以|有没有|可以|能|会|是|的|了|有)",
            " ",
            text.lower(),
        )
        runs = re.findall(r"[\u3400-\u9fff]+|[a-z0-9.]+", bare)
        return [run[i : i + 2] for run in runs for i in range(max(1, len(run) - 1))] if runs else []
    function = english().function
    return [token.stem for token in tokenize(text) if token.word not in function and token.word not in _IDLE]

"""Candidates that a model writes: several for each slot, cleaned; the selection checks them like any other."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Final

from generation.ad_copy.candidates import Candidate
from generation.ad_copy.channels import Slot, Tone, display_width
from generation.ad_copy.wording import sentence, title_case
from generation.prompts.ads import ad_prompt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generation.ad_copy.planning import Plan
    from generation.engine import Generator
    from kg.model import Fact

_PROMPTS: Final = {"headline": 6, "description": 3, "primary_text": 3, "paragraph": 2}
_TOKENS: Final = {"headline": 14, "description": 36, "primary_text": 44, "paragraph": 110}
_EACH: Final = 4
# A CPU writes about 60 tokens a second: fewer candidates there, or an ad takes a minute.
_PROMPTS_CPU: Final = {"headline": 4, "description": 2, "primary_text": 2, "paragraph": 1}
_EACH_CPU: Final = 3
_LEAD: Final = re.compile(
    r"^\s*(?:(?:headline|ad|ad text|description|answer|here(?:'s| is)[^:]*|sentence)\s*:\s*|[-*•]\s*|\d+[.)]\s+)",
    re.IGNORECASE,
)
_DANGLING: Final = frozenset(
    """a an and as at by for from in is its of on or that the this to with your our""".split()  # noqa: SIM905
)


def model_candidates(
    plan: Plan, slots: Sequence[Slot], tone: Tone, generator: Generator, *, seed: int
) -> dict[str, list[Candidate]]:
    """Candidates by kind of slot; the same plan, slots, tone, seed and generator give the same."""
    rng = random.Random(seed)
    on_cpu = generator.device == "cpu"
    found: dict[str, list[Candidate]] = {}
    for slot in slots:
        many = (_PROMPTS_CPU if on_cpu else _PROMPTS).get(slot.kind, 0)
        subsets = _subsets(plan, slot, rng, many)
        if not subsets:
            continue
        prompts = [ad_prompt(slot.kind, facts, limit=slot.limit, tone=tone) for facts in subsets]
        written = generator.generate(
            prompts, seed=seed, max_new_tokens=_TOKENS[slot.kind], n=_EACH_CPU if on_cpu else _EACH
        )
        texts: dict[str, Candidate] = {}
        for facts, own in zip(subsets, written, strict=True):
            theme = f"model-{facts[-1].relation.lower()}"
            for clean in filter(None, (_clean(text, slot) for text in own)):
                texts.setdefault(clean, Candidate(slot.kind, clean, theme, facts, _merit(clean, slot), "model"))
        found[slot.kind] = list(texts.values())
    return found


def _merit(text: str, slot: Slot) -> float:
    """As the realiser counts it: a sentence is worth more the better it fills its slot."""
    return 1.2 if slot.kind == "headline" else 0.9 + 0.8 * min(1.0, display_width(text) / (0.85 * min(slot.limit, 260)))


def _subsets(plan: Plan, slot: Slot, rng: random.Random, many: int) -> list[tuple[Fact, ...]]:
    """Small sets of facts, the kind of product first: a small model keeps to what it can hold."""
    kinds = plan.of("TYPE")[:2]
    rest = [fact for fact in plan.facts if fact.relation not in {"TYPE", "MEASURE"} and len(fact.value) <= slot.limit][
        :10
    ]
    if not kinds or not rest:
        return []
    size = {"headline": 1, "paragraph": 5}.get(slot.kind, 3)
    return [(rng.choice(kinds), *rng.sample(rest, min(size, len(rest)))) for _ in range(many)]


def _clean(text: str, slot: Slot) -> str:
    """The text as an ad would print it; empty where it is no ad text."""
    line = text.strip().split("\n")[0].strip() if slot.kind != "paragraph" else " ".join(text.split())
    line = _LEAD.sub("", line).strip(" \"“”'*")
    if slot.kind == "headline":
        line = title_case(line.rstrip(".!;:,"))
        words = line.split()
        return line if 2 <= len(words) <= 7 and words[-1].lower() not in _DANGLING else ""  # noqa: PLR2004 - a headline is a phrase
    line = sentence(line)
    while display_width(line) > slot.limit and (cut := line[:-1].rfind(". ")) > 0:
        line = line[: cut + 1]
    words = line.rstrip(".!?").split()
    return line if len(words) > 3 and words[-1].lower() not in _DANGLING else ""  # noqa: PLR2004 - fewer are no sentence

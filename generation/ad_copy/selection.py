"""Choose which candidates become the ad: checked, within limits and policy, diverse, safe in any combination."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from generation.ad_copy.channels import Slot, display_width
from generation.ad_copy.policy import policy_problems
from generation.ad_copy.readability import reads_well
from generation.grounding import ClaimChecker, worst
from generation.grounding.lexicon import english
from generation.grounding.tokens import tokenize
from kg.model import Claim, Part
from kg.resolution import Quantity, quantities

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generation.ad_copy.candidates import Candidate
    from generation.ad_copy.planning import Plan

_PASSING: Final = frozenset({"supported", "implied"})
_TOO_ALIKE: Final = 0.5
_AS_ALIKE_AS_CAN_BE: Final = 0.99
_PER_THEME: Final = 2


@dataclass(frozen=True, slots=True)
class Checked:
    """A candidate that may be published, with its claims."""

    candidate: Candidate
    claims: tuple[Claim, ...]

    @property
    def fact_ids(self) -> frozenset[str]:
        """The facts it rests on."""
        return frozenset(one for claim in self.claims for one in claim.fact_ids)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A candidate that may not be published, and why."""

    text: str
    reasons: tuple[str, ...]


class Selection:
    """Checks candidates against the facts of one product and keeps the chosen ones apart.

    Args:
        checker: the claim check over the facts the ad may state.
        plan: those facts, and the names that keep their spelling.
        language: ISO 639-1.
    """

    def __init__(self, checker: ClaimChecker, plan: Plan, *, language: str) -> None:
        self._checker = checker
        self._names = plan.names
        self._relations = {fact.fact_id: fact.relation for fact in plan.facts}
        self._language = language
        self.refused: list[Refusal] = []

    def check(self, candidate: Candidate, slot: Slot) -> Checked | None:
        """The candidate with its claims, or None where it may not be published; the reason is kept in ``refused``."""
        reasons = []
        if display_width(candidate.text) > slot.limit:
            reasons.append("too_long")
        reasons += policy_problems(
            candidate.text, names=self._names, headline=slot.kind in {"headline", "path"}, language=self._language
        )
        claims: tuple[Claim, ...] = ()
        if not reasons:
            claims = self._checker.check(candidate.text)
            if worst(claims) not in _PASSING:
                bad = [claim for claim in claims if claim.verdict not in _PASSING]
                reasons += [f"{claim.verdict}: {candidate.text[claim.start : claim.end]}" for claim in bad]
            elif not any(claim.fact_ids for claim in claims):
                reasons.append("states nothing")
            elif candidate.origin == "model" and not reads_well(candidate.text, claims, self._relations):
                reasons.append("reads badly")
        if reasons:
            self.refused.append(Refusal(candidate.text, tuple(reasons)))
            return None
        return Checked(candidate, claims)

    def choose(self, candidates: Iterable[Candidate], slot: Slot, *, beside: Sequence[Checked] = ()) -> list[Checked]:
        """The best ``slot.aim`` candidates that say different things; ``beside`` may appear together with them."""
        checked = [one for candidate in candidates if (one := self.check(candidate, slot)) is not None]
        checked = [one for one in checked if not _repeats_itself(one.candidate.text, self._language)]
        chosen = self._diverse(checked, slot.aim, [], beside, _TOO_ALIKE)
        if len(chosen) < slot.least:
            # Few facts: texts that share more words are better than no ad, as long as none repeats another.
            chosen = self._diverse(checked, slot.least, chosen, beside, _AS_ALIKE_AS_CAN_BE)
        return chosen

    def _diverse(
        self, checked: Sequence[Checked], aim: int, chosen: list[Checked], beside: Sequence[Checked], alike: float
    ) -> list[Checked]:
        themes = Counter(one.candidate.theme for one in chosen)
        used = Counter(fact_id for one in chosen for fact_id in one.fact_ids)
        most = _PER_THEME if alike == _TOO_ALIKE else aim
        chosen = list(chosen)
        while len(chosen) < aim:
            free = [one for one in checked if themes[one.candidate.theme] < most and one not in chosen]
            free = [one for one in free if not any(_clash(one, o, self._language, alike) for o in (*chosen, *beside))]
            if not free:
                break
            best = max(free, key=lambda one: _worth(one, themes, used))
            chosen.append(best)
            themes[best.candidate.theme] += 1
            used.update(best.fact_ids)
        return chosen


def _worth(one: Checked, themes: Counter[str], used: Counter[str]) -> float:
    fresh = sum(1 for fact_id in one.fact_ids if not used[fact_id])
    stale = len(one.fact_ids) - fresh
    bonus = 0.1 if one.candidate.origin == "model" else 0.0
    return one.candidate.merit + bonus + 0.25 * min(fresh, 3) - 0.2 * stale - 0.5 * themes[one.candidate.theme]


def as_part(checked: Checked) -> Part:
    """The part of a text that a checked candidate becomes."""
    candidate = checked.candidate
    return Part(kind=candidate.kind, text=candidate.text, origin=candidate.origin, claims=checked.claims)


def _content(text: str, language: str) -> set[str]:
    if language == "zh":
        bare = re.sub(r"[\W_]+", "", text)
        return {bare[place : place + 2] for place in range(len(bare) - 1)} or {bare}
    idle = english().function | english().glue
    return {token.stem for token in tokenize(text) if token.word not in idle} or {text.lower()}


def _clash(one: Checked, other: Checked, language: str, alike: float) -> bool:
    """Whether two parts would repeat or contradict each other when the platform shows them together."""
    left, right = one.candidate.text, other.candidate.text
    if left.lower().rstrip(".。") == right.lower().rstrip(".。"):
        return True
    if left.lower() in right.lower() or right.lower() in left.lower():
        return one.candidate.kind == other.candidate.kind
    if contradict(left, right, language):
        return True
    if one.candidate.kind != other.candidate.kind:
        return False
    words = _content(left, language), _content(right, language)
    return len(words[0] & words[1]) > alike * min(len(words[0]), len(words[1]))


def contradict(left: str, right: str, language: str) -> bool:
    """Whether two texts give one thing two numbers: the same unit and noun, another magnitude."""
    rivals = [
        (a, b)
        for a in quantities(left, language)
        for b in quantities(right, language)
        if a.kind == b.kind and a.unit == b.unit and a.magnitude != b.magnitude
    ]
    return any(_noun(left, a) == _noun(right, b) and _noun(left, a) for a, b in rivals)


def _noun(text: str, quantity: Quantity) -> str:
    match = re.match(r"[\s-]*([^\W\d_]+)", text[quantity.end :])
    return match[1].lower() if match else ""


def _repeats_itself(text: str, language: str) -> bool:
    if language == "zh":
        return False
    words = [word for word in re.findall(r"[a-z]+", text.lower()) if len(word) > 3]  # noqa: PLR2004 - "for ... for" is no fault
    most = Counter(word.rstrip("s") for word in words).most_common(1)
    return bool(most) and most[0][1] > (1 if len(words) < 14 else 2)  # noqa: PLR2004 - a paragraph may say a word twice

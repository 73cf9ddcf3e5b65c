"""What the check found at each place of a text, and how findings become claims."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg.model import Claim, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

SEVERITY: dict[Verdict, int] = {"supported": 0, "implied": 1, "unsupported": 2, "contradicted": 3}
_BREAK = re.compile(r"[.;:!?—。；：！？，、\n]|,")


@dataclass(frozen=True, slots=True)
class Finding:
    """A stretch of a text that states something, before neighbours are joined into claims."""

    start: int
    end: int
    verdict: Verdict
    fact_ids: tuple[str, ...] = ()
    reason: str = ""


def merge(text: str, findings: Sequence[Finding]) -> tuple[Claim, ...]:
    """Join neighbours with the same verdict within a phrase where they rest on a shared fact, or on none."""
    claims: list[Finding] = []
    for finding in sorted(findings, key=lambda one: (one.start, one.end)):
        last = claims[-1] if claims else None
        if (last is not None and finding.start < last.end) or (last is not None and _belong(text, last, finding)):
            claims[-1] = _join(last, finding)
        else:
            claims.append(finding)
    return tuple(Claim(one.start, one.end, one.verdict, one.fact_ids, one.reason) for one in claims)


def _belong(text: str, last: Finding, finding: Finding) -> bool:
    if last.verdict != finding.verdict or _BREAK.search(text, last.end, finding.start):
        return False
    shared = set(last.fact_ids) & set(finding.fact_ids)
    return bool(shared) or (not last.fact_ids and not finding.fact_ids)


def _join(left: Finding, right: Finding) -> Finding:
    worse = left if SEVERITY[left.verdict] >= SEVERITY[right.verdict] else right
    if left.verdict == right.verdict:
        facts = tuple(dict.fromkeys((*left.fact_ids, *right.fact_ids)))
        return Finding(left.start, max(left.end, right.end), left.verdict, facts, left.reason or right.reason)
    return replace(worse, start=left.start, end=max(left.end, right.end))


def worst(claims: Sequence[Claim]) -> Verdict:
    """The verdict of a whole text: that of its worst claim; a text that states nothing is supported."""
    return max((claim.verdict for claim in claims), key=SEVERITY.__getitem__, default="supported")

"""Display paths of a search ad: one word or two that say where the link leads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generation.ad_copy.candidates import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generation.ad_copy.planning import Plan


def paths(plan: Plan, *, language: str) -> Iterator[Candidate]:
    """Candidates for paths: the kind first, then brand, use, audience."""
    for merit, facts in enumerate((plan.of("USED_FOR", "SUITABLE_FOR", "MATERIAL"), plan.of("BRAND"), plan.of("TYPE"))):
        for fact in facts[:3]:
            value = re.sub(r"[^\w\s-]", "", fact.value).strip()
            if not value:
                continue
            if language == "zh":
                yield Candidate("path", value, f"path{merit}", (), float(merit))
                continue
            for words in (value.split(), value.split()[-1:]):
                text = "-".join(word[:1].upper() + word[1:] for word in words)
                yield Candidate("path", text, f"path{merit}", (), merit + 0.1 * len(words))

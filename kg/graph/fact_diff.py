"""What must change in the graph so that a product's open facts become the given ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kg.graph.rows import fact_properties

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.model import Fact

_COMPARED = ("state", "confidence", "contested_with", "evidence")


@dataclass(slots=True)
class FactDiff:
    """Facts to open, to update in place, to close; ``retracted`` may no longer be cited (closed or now contested)."""

    opened: list[Fact] = field(default_factory=list)
    updated: list[Fact] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    retracted: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.opened or self.updated or self.closed)


def diff_facts(stored: Mapping[str, Mapping[str, Any]], facts: Iterable[Fact]) -> FactDiff:
    """Compare.

    Args:
        stored: the open and contested facts in the graph, properties by fact_id.
        facts: what the product's facts are now; of two with one id the last counts.
    """
    diff = FactDiff()
    wanted = {fact.fact_id: fact for fact in facts if fact.state != "closed"}
    for fact_id, fact in wanted.items():
        there = stored.get(fact_id)
        if there is None:
            diff.opened.append(fact)
            continue
        properties = fact_properties(fact)
        if any(properties[name] != there[name] for name in _COMPARED):
            diff.updated.append(fact)
        if fact.state == "contested" and there["state"] == "open":
            diff.retracted.append(fact_id)
    diff.closed = [fact_id for fact_id in stored if fact_id not in wanted]
    diff.retracted += [fact_id for fact_id in diff.closed if stored[fact_id]["state"] == "open"]
    return diff

"""What follows from one fact."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from kg.entailment.lattice import RELATIONS_OF, Concept, Lattice, lattice

if TYPE_CHECKING:
    from kg.model import Entity, Polarity
    from kg.ontology import Relation


@dataclass(frozen=True, slots=True)
class Consequence:
    """Something that a fact implies: what a text may say because of it, in which words, and why."""

    relation: Relation
    polarity: Polarity
    value: str
    phrases: tuple[str, ...]
    reason: str


def consequences(relation: Relation, polarity: Polarity, entity: Entity) -> tuple[Consequence, ...]:
    """Everything that follows from a fact, nearest first; what it says itself is not among it but in other words.

    An affirmed fact implies along the steps ("UPF 50+" ⇒ "UV protection"); a denied one against them ("not water
    resistant" ⇒ "not waterproof"); never the other way round.
    """
    return _consequences(relation, polarity, entity.key, entity.name)


@lru_cache(maxsize=8192)
def _consequences(relation: Relation, polarity: Polarity, key: str, name: str) -> tuple[Consequence, ...]:
    known = lattice()
    starts = known.named(relation, key, name)
    found: dict[tuple[str, Polarity], Consequence] = {}
    waiting: deque[tuple[Concept, Polarity, str]] = deque((one, polarity, "The same in other words.") for one in starts)
    while waiting:
        concept, holds, reason = waiting.popleft()
        if (concept.name, holds) in found:
            continue
        found[concept.name, holds] = Consequence(
            RELATIONS_OF[concept.kind][0], holds, concept.value, concept.phrases, reason
        )
        waiting.extend(_next(known, concept, holds))
    return tuple(found.values())


def _next(known: Lattice, concept: Concept, holds: Polarity) -> list[tuple[Concept, Polarity, str]]:
    found: list[tuple[Concept, Polarity, str]] = []
    for step in known.steps:
        if holds == "affirmed" and step.of == concept.name:
            found.append((known.concepts[step.to], "negated" if step.excludes else "affirmed", step.why))
        elif holds == "negated" and step.to == concept.name and not step.excludes:
            found.append((known.concepts[step.of], "negated", f"Otherwise it would be {concept.value}: {step.why}"))
        elif holds == "affirmed" and step.excludes and step.to == concept.name:
            found.append((known.concepts[step.of], "negated", f"It is {concept.value}: {step.why}"))
    return found

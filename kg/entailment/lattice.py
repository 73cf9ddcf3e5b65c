"""What implies what: concepts and the steps between them, from ``data/implications.toml``."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final, Literal, cast

if TYPE_CHECKING:
    from kg.ontology import Relation


Kind = Literal["property", "material", "substance"]

# The relations that state a concept of a kind; the first is the one a consequence is given in.
RELATIONS_OF: Final[dict[Kind, tuple[Relation, ...]]] = {
    "property": ("FEATURE", "SPEC", "CERTIFICATION", "STYLE", "MEASURE", "SUITABLE_FOR"),
    "material": ("MATERIAL", "CONTAINS"),
    "substance": ("CONTAINS", "MATERIAL"),
}


@dataclass(frozen=True, slots=True)
class Concept:
    """Something that can be true of a product, and how texts say it."""

    name: str
    kind: Kind
    value: str
    phrases: tuple[str, ...]
    match: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Step:
    """``of`` implies ``to``, or the absence of ``to`` where ``excludes``."""

    of: str
    to: str
    excludes: bool
    why: str


@dataclass(frozen=True, slots=True)
class Lattice:
    """All concepts and steps."""

    concepts: dict[str, Concept]
    steps: tuple[Step, ...]

    def named(self, relation: str, *names: str) -> list[Concept]:
        """The concepts that an entity of ``relation`` with these keys or names is."""
        return [
            concept
            for concept in self.concepts.values()
            if relation in RELATIONS_OF[concept.kind] and any(concept.match.fullmatch(name) for name in names)
        ]


@lru_cache(maxsize=1)
def lattice() -> Lattice:
    """The packaged lattice.

    Raises:
        ValueError: a step names an unknown concept, or steps go round in a circle; the data file is wrong.
    """
    return parse((files("kg.entailment") / "data" / "implications.toml").read_text(encoding="utf-8"))


def parse(text: str) -> Lattice:
    """The lattice that ``text`` (TOML) describes.

    Raises:
        ValueError: a step names an unknown concept, or steps go round in a circle.
    """
    table = tomllib.loads(text)
    concepts = {
        name: Concept(
            name,
            cast("Kind", entry["kind"]),
            entry["value"],
            tuple(entry["phrases"]),
            re.compile("|".join((re.escape(entry["value"]), *(f"(?:{one})" for one in entry["match"]))), re.IGNORECASE),
        )
        for name, entry in table["concepts"].items()
    }
    steps = tuple(
        Step(entry["of"], entry.get("to") or entry["to_not"], "to_not" in entry, entry["why"])
        for entry in table.get("implies", ())
    )
    for step in steps:
        if step.of not in concepts or step.to not in concepts:
            raise ValueError(f"a step from {step.of!r} to {step.to!r} names an unknown concept")
    _refuse_circles(steps)
    return Lattice(concepts, steps)


def _refuse_circles(steps: tuple[Step, ...]) -> None:
    from graphlib import CycleError, TopologicalSorter  # noqa: PLC0415 - only when the file is read

    order = TopologicalSorter[str]()
    for step in steps:
        if not step.excludes:
            order.add(step.of, step.to)
    try:
        order.prepare()
    except CycleError as error:
        raise ValueError(f"implications go round in a circle: {error.args[1]}") from error

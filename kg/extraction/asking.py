"""What a reader is asked beside the fixed relations, and what it answers: attributes by name, entities of titles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class AskedAttribute:
    """One question: which value has ``attribute`` in ``text``?

    Args:
        text: a title, or a title and a description, a line break between them.
        attribute: the name as a merchant's own schema has it: "Hair Type", "适用人群".
        category: what the product is, as that schema calls it; empty where nobody knows.
    """

    text: str
    attribute: str
    category: str


@dataclass(frozen=True, slots=True)
class AttributeValue:
    """The answer: ``text[start:end]`` of the question states ``value`` (code points, half-open).

    ``value`` is that span itself, or its normalised form where the reader was taught one.
    """

    value: str
    start: int
    end: int
    confidence: float


class AttributeReader(Protocol):
    """What finds the value of any attribute by its name."""

    @property
    def version(self) -> str:
        """What evidence names as its extractor."""

    def values(self, asked: Sequence[AskedAttribute]) -> list[AttributeValue | None]:
        """One answer for each question, in order; None where the text states no value."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A typed span of a title (code points, half-open); not yet the canonical node that ``kg.model.Entity`` is."""

    type: str
    start: int
    end: int


class EntityReader(Protocol):
    """What finds the typed entities of titles."""

    def entities(self, texts: Sequence[str]) -> list[list[Entity]]:
        """The entities of each text, in its order."""

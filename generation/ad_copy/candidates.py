"""What both realisers and the model hand to the selection: a text, the slot it is for, and what it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.model import Fact, Origin


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text for a slot; ``theme`` keeps the chosen ones diverse, ``merit`` is higher for the better written."""

    kind: str
    text: str
    theme: str
    facts: tuple[Fact, ...] = ()
    merit: float = 1.0
    origin: Origin = "realiser"

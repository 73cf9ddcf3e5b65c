"""What each channel takes: slots, their limits and how width is counted."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

Channel = Literal["google_search", "meta", "plain"]
Tone = Literal["plain", "playful", "premium", "practical"]
TONES: Final[tuple[Tone, ...]] = ("plain", "playful", "premium", "practical")
LANGUAGES: Final = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Slot:
    """A kind of part: from ``least`` to ``most`` of them, each at most ``limit`` units wide; ``aim`` are written."""

    kind: str
    limit: int
    least: int
    most: int
    aim: int


CHANNELS: Final = MappingProxyType[str, tuple[Slot, ...]]({
    "google_search": (
        Slot("headline", 30, 3, 15, 10),
        Slot("description", 90, 2, 4, 4),
        Slot("path", 15, 0, 2, 2),
    ),
    "meta": (
        Slot("primary_text", 125, 1, 1, 1),
        Slot("headline", 40, 1, 1, 1),
        Slot("description", 30, 1, 1, 1),
    ),
    "plain": (
        Slot("headline", 60, 1, 1, 1),
        Slot("paragraph", 400, 1, 1, 1),
    ),
})  # fmt: skip


def display_width(text: str) -> int:
    """The width as the platforms count it: a double-width character counts two, a combining mark with its letter."""
    return sum(
        2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in unicodedata.normalize("NFC", text)
        if not unicodedata.combining(letter)
    )

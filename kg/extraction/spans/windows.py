"""Long texts in parts that fit the encoder; each part begins with the title, so that it is known what is spoken of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.extraction.spans.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator

# Marked texts have at most 230 words; the encoder takes 512 pieces, and an endless word has up to 40.
MOST_WORDS: Final = 230
_MOST_TITLE: Final = 60
_ENDS: Final = frozenset({".", "!", "?", "。", "！", "？", "\n", ";", "；", ",", "，"})
_LOOK_BACK: Final = 60  # words in which to look for the end of a sentence


@dataclass(frozen=True, slots=True)
class Window:
    """Some words of a text.

    Args:
        words: the title's, then those of the part.
        places: where each one stands in the whole text; what is repeated from the title has -1.
    """

    words: Words
    places: tuple[int, ...]


def windows(words: Words) -> list[Window]:
    """The parts of a text, one where it is short enough."""
    if len(words) <= MOST_WORDS:
        return [Window(words, tuple(range(len(words))))]
    title = [index for index in range(min(_MOST_TITLE, len(words))) if words.lines[index] == 0]
    parts = list(_parts(words, MOST_WORDS - len(title) - 1))
    found = [Window(_take(words, range(*parts[0])), tuple(range(*parts[0])))]
    for start, end in parts[1:]:
        own = range(start, end)
        found.append(Window(_take(words, [*title, *own]), (*(-1 for _ in title), *own)))
    return found


def _parts(words: Words, size: int) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(words):
        end = min(start + size, len(words))
        if end < len(words):
            end = next((at + 1 for at in range(end - 1, end - _LOOK_BACK, -1) if words.texts[at] in _ENDS), end)
        yield start, end
        start = end


def _take(words: Words, chosen: range | list[int]) -> Words:
    return Words(
        tuple(words.texts[index] for index in chosen),
        tuple(words.starts[index] for index in chosen),
        tuple(words.ends[index] for index in chosen),
        tuple(words.lines[index] for index in chosen),
        tuple(words.shapes[index] for index in chosen),
        tuple(words.zones[index] for index in chosen),
    )

"""Long texts in parts that fit the encoder; each part begins with the title, so that it is known what is spoken of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.extraction.spans.pieces import MOST_A_WORD
from kg.extraction.spans.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.extraction.spans.pieces import Pieces

MOST_WORDS: Final = 230  # as many as the longest marked text has
MOST_PIECES: Final = 440  # the encoder takes 512, marks and a question among them
_TITLE_WORDS, _TITLE_PIECES = 60, 120
# What a sentence denies it denies to its end, so a part ends in the middle of one only where there is no other way.
_ENDS: Final = frozenset({".", "!", "?", "。", "！", "？", "\n", ";", "；"})
_SHORTENED: Final = frozenset({"approx", "eg", "esp", "excl", "ie", "incl", "max", "min", "no", "vs", "yrs"})
_PAUSES: Final = frozenset({",", "，", "、"})
_LEAST_SHARE: Final = 3  # a part that could be longer is at least the third of that


@dataclass(frozen=True, slots=True)
class Window:
    """Some words of a text.

    Args:
        words: the title's, then those of the part.
        places: where each one stands in the whole text; what is repeated from the title has -1.
    """

    words: Words
    places: tuple[int, ...]

    @property
    def repeated(self) -> int:
        """How many of the first words are the title's, again."""
        return self.places.count(-1)


def lines_read(words: Words, *, repeated: int = 0) -> list[int]:
    """The line of each word of a window; -1 for line breaks, and for the first words that another window reads."""
    return [
        -1 if word == "\n" or place < repeated else line
        for place, (word, line) in enumerate(zip(words.texts, words.lines, strict=True))
    ]


def windows(words: Words, pieces: Pieces) -> list[Window]:
    """The parts of a text, one where it is short enough."""
    sizes = [min(len(pieces.of(word)), MOST_A_WORD) for word in words.texts]
    if len(words) <= MOST_WORDS and sum(sizes) <= MOST_PIECES:
        return [Window(words, tuple(range(len(words))))]
    title = _title(words, sizes)
    most_words, most_pieces = MOST_WORDS - len(title), MOST_PIECES - sum(sizes[index] for index in title)
    parts = list(_parts(words, sizes, most_words, most_pieces))
    found = [Window(_take(words, range(*parts[0])), tuple(range(*parts[0])))]
    for start, end in parts[1:]:
        own = range(start, end)
        found.append(Window(_take(words, [*title, *own]), (*(-1 for _ in title), *own)))
    return found


def _title(words: Words, sizes: Sequence[int]) -> list[int]:
    chosen: list[int] = []
    total = 0
    for index in range(min(_TITLE_WORDS, len(words))):
        total += sizes[index]
        if words.lines[index] or total > _TITLE_PIECES:
            break
        chosen.append(index)
    return chosen


def _parts(words: Words, sizes: Sequence[int], most_words: int, most_pieces: int) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(words):
        end, total = start, 0
        while end < len(words) and end - start < most_words and total + sizes[end] <= most_pieces:
            total += sizes[end]
            end += 1
        if end < len(words):
            shorter = range(end - 1, start + (end - start) // _LEAST_SHARE, -1)
            ends = (at + 1 for marks in (_ENDS, _PAUSES) for at in shorter if _is_end(words.texts, at, marks))
            end = next(ends, end)
        yield start, end
        start = end


def _is_end(texts: Sequence[str], at: int, marks: frozenset[str]) -> bool:
    """Whether one of ``marks`` stands there, but for the full stop of what is shortened: "e.g. the", "18 yrs. of"."""
    if texts[at] not in marks:
        return False
    if texts[at] != "." or at == 0 or at + 1 == len(texts):
        return True
    before, behind = texts[at - 1].casefold(), texts[at + 1]
    return not (
        behind[0].islower() or behind[0].isdigit() or before in _SHORTENED or (len(before) == 1 and before.isalpha())
    )


def _take(words: Words, chosen: range | list[int]) -> Words:
    return Words(
        words.text,
        tuple(words.texts[index] for index in chosen),
        tuple(words.starts[index] for index in chosen),
        tuple(words.ends[index] for index in chosen),
        tuple(words.lines[index] for index in chosen),
        tuple(words.shapes[index] for index in chosen),
        tuple(words.zones[index] for index in chosen),
    )

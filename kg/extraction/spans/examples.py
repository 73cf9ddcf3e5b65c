"""From marked rows to examples for the network: which spans carry which label, and which are nobody's business."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from kg.extraction.spans.pieces import encode
from kg.extraction.spans.windows import lines_read, windows
from kg.extraction.spans.words import split_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from kg.extraction.spans.pieces import Encoded, Pieces
    from kg.extraction.spans.words import Words

Row = dict[str, Any]
Cell = tuple[int, int, int]
_MOST_PLACES: Final = 5  # of a value that answers a question; to find it at another is neither right nor wrong


@dataclass(slots=True)
class Example:
    """One text, or one text and a question about it.

    Args:
        encoded: as the network takes it.
        text: the text itself.
        counted: the labels of which ``marked`` tells all; of the others nothing is known here.
        single: whether each label has one value at the most, of which several spans may be right.
        marked: probability of each marked cell (first word, further words, label); 1 where a person marked it.
        denied: probability that the text denies it, for the marked cells.
        ignored: cells that say nothing, right or wrong: the same value at another place.
        repeated: the first words that another window reads: the title again.
        identity: id of the row.
    """

    encoded: Encoded
    text: str
    counted: frozenset[int]
    single: bool = False
    marked: dict[Cell, float] = field(default_factory=dict)
    denied: dict[Cell, float] = field(default_factory=dict)
    ignored: set[Cell] = field(default_factory=set)
    repeated: int = 0
    identity: str = ""

    def answers(self) -> set[Cell]:
        """The marked cells that the text does not deny."""
        return {cell for cell in self.marked if self.denied[cell] < 0.5}  # noqa: PLR2004 - the likelier polarity

    def lines(self) -> list[int]:
        """The line of each word; -1 for line breaks and for what another window reads."""
        return lines_read(self.encoded.words, repeated=self.repeated)


def from_spans(row: Row, pieces: Pieces, *, labels: Sequence[str], width: int, silver: bool = False) -> list[Example]:
    """The examples of a row ``{id, text, relations: [{relation, polarity, start, end, value}]}``, one a window.

    A value is marked once; where it stands again it is neither right nor wrong to find it. ``silver`` as in ``encode``.
    A text without words has none.
    """
    examples = []
    text = row["text"]
    stated = {(one["relation"], one["value"].strip()) for one in row["relations"]}
    places = {value: _places(text, value) for _, value in stated}
    for window in windows(split_words(text), pieces):
        if window.words.texts:
            encoded = encode(window.words, pieces, silver=silver)
            example = Example(encoded, text, _all_but_asked(labels), repeated=window.repeated, identity=row["id"])
            _mark(example, row, labels=labels, width=width)
            for relation, value in stated:
                _ignore(example, places[value], len(value), label=labels.index(relation), width=width)
            examples.append(example)
    return examples


def _mark(example: Example, row: Row, *, labels: Sequence[str], width: int) -> None:
    text, words = row["text"], example.encoded.words
    for one in row["relations"]:
        cell = cell_of(words, *_trimmed(text, one["start"], one["end"]), labels.index(one["relation"]), width)
        if cell is not None and cell[0] >= example.repeated:
            example.marked[cell] = 1.0
            example.denied[cell] = float(one["polarity"] == "negated")


def _ignore(example: Example, places: Sequence[int], length: int, *, label: int, width: int) -> None:
    """Leave out where a marked value stands again in what the example itself reads."""
    words = example.encoded.words
    if example.repeated >= len(words):
        return
    first, last = bisect_left(places, words.starts[example.repeated]), bisect_left(places, words.ends[-1])
    for start in places[first:last]:
        cell = cell_of(words, start, start + length, label, width)
        if cell is not None and cell not in example.marked:
            example.ignored.add(cell)


def from_entities(
    text: str, spans: Iterable[tuple[str, int, int]], pieces: Pieces, *, labels: Sequence[str], width: int
) -> list[Example]:
    """The examples of a title whose entities (type, start, end) are all marked, wherever they stand; one a window."""
    marked = [(labels.index(kind), *_trimmed(text, start, end)) for kind, start, end in spans]
    examples = []
    for window in windows(split_words(text), pieces):
        if not window.words.texts:
            continue
        example = Example(encode(window.words, pieces), text, _all_but_asked(labels), repeated=window.repeated)
        for label, start, end in marked:
            cell = cell_of(window.words, start, end, label, width)
            if cell is not None and cell[0] >= example.repeated:
                example.marked[cell] = 1.0
                example.denied[cell] = 0.0
        examples.append(example)
    return examples


def from_question(
    text: str, question: str, answers: Mapping[int, Collection[str]], pieces: Pieces, *, width: int
) -> Example:
    """The example of a question, or of a category whose attributes have labels: the right answers by label.

    No answers mean that the text does not say. A value that stands inside words alone ("Men" in "Mens") is answered
    with those words. A label whose values cannot be marked (too long, or far into the text) does not count.
    """
    words = windows(split_words(text), pieces)[0].words
    example = Example(encode(words, pieces, question=question), text, frozenset(answers), single=True)
    for label, value in ((label, value.strip()) for label, values in answers.items() for value in values):
        places = [(start, start + len(value)) for start in _places(text, value, exact=True)]
        cells = {place: cell for place in places if (cell := cell_of(words, *place, label, width))}
        whole = [cell for place, cell in cells.items() if _are_words(words, *place)]
        right = (whole or list(cells.values()))[:_MOST_PLACES]
        example.ignored |= set(cells.values())
        example.marked |= dict.fromkeys(right, 1.0)
        example.denied |= dict.fromkeys(right, 0.0)
    example.ignored -= example.marked.keys()
    found = {label for _, _, label in example.marked}
    example.counted = frozenset(label for label, values in answers.items() if label in found or not any(values))
    return example


def _all_but_asked(labels: Sequence[str]) -> frozenset[int]:
    return frozenset(range(len(labels) - 1))


def cell_of(words: Words, start: int, end: int, label: int, width: int) -> Cell | None:
    """The cell of ``text[start:end]``, which has no outer spaces, widened to whole words.

    None where it is too long, or where a part of it is not among the words.
    """
    first, last = bisect_right(words.ends, start), bisect_left(words.starts, end) - 1
    if not 0 <= last - first < width or words.starts[first] > start or words.ends[last] < end:
        return None
    return first, last - first, label


def held_by(words: Words, text: str, value: str) -> str:
    """``value``, or where it stands inside words alone, those that hold it at its first place."""
    places = [(start, start + len(value)) for start in _places(text, value, exact=True)]
    if not places or any(_are_words(words, *place) for place in places):
        return value
    cell = cell_of(words, *places[0], 0, len(words))
    return text[words.starts[cell[0]] : words.ends[cell[0] + cell[1]]] if cell else value


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without its outer spaces."""
    inside = text[start:end]
    return start + len(inside) - len(inside.lstrip()), end - len(inside) + len(inside.rstrip())


def _are_words(words: Words, start: int, end: int) -> bool:
    first, last = bisect_left(words.starts, start), bisect_left(words.ends, end)
    return words.starts[first : first + 1] == (start,) and words.ends[last : last + 1] == (end,)


def _places(text: str, value: str, *, exact: bool = False) -> list[int]:
    if not value:
        return []
    edge = r"(?<!\w){}(?!\w)" if value[0].isascii() and not exact else "{}"
    pattern = re.compile(edge.format(re.escape(value)), 0 if exact else re.IGNORECASE)
    return [match.start() for match in pattern.finditer(text)]

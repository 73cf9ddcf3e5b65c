"""From words to the numbers that an encoder takes: word pieces of a BERT vocabulary, or single characters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from kg.extraction.spans.words import TITLE, split_words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kg.extraction.spans.words import Words

_REMEMBERED: Final = 200_000  # words whose pieces are kept; a catalogue has fewer
MOST_A_WORD: Final = 8  # pieces; what has more is no word, and its beginning says as much
MOST_OF_A_QUESTION: Final = 32
_ASKED_SHAPE: Final = 7  # a question's words count as written in lower case
_SILVER_SHAPE: Final = 9  # of the first mark alone, whose shape is 0 wherever a person marked or nobody did


class Pieces(Protocol):
    """A vocabulary: what stands for a word, and the marks around texts."""

    start: int
    separator: int
    padding: int
    mask: int

    def of(self, word: str) -> list[int]:
        """The pieces of ``word``, at least one."""


class WordPieces:
    """The vocabulary of a ``tokenizer.json`` file.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        from tokenizers import Tokenizer  # noqa: PLC0415 - a native library that importing kg must not load

        self._tokenizer = Tokenizer.from_file(str(path))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.start = self._first("[CLS]", "<s>")
        self.separator = self._first("[SEP]", "</s>")
        self.padding = self._first("[PAD]", "<pad>")
        self.mask = self._first("[MASK]", "<mask>")
        self._unknown = self._first("[UNK]", "<unk>")
        self._known: dict[str, list[int]] = {"\n": [self.separator]}

    def of(self, word: str) -> list[int]:
        """The pieces of ``word``, at least one; a line break is a separator."""
        known = self._known.get(word)
        if known is None:
            found: list[int] = self._tokenizer.encode(word, add_special_tokens=False).ids
            known = found or [self._unknown]
            if len(self._known) < _REMEMBERED:
                self._known[word] = known
        return known

    def _first(self, *names: str) -> int:
        return next((found for name in names if (found := self._tokenizer.token_to_id(name)) is not None), 0)


class Characters:
    """A vocabulary of characters.

    Args:
        numbers: number of each character, from 4 up; 0 pads, 1 is unknown, 2 starts a text, 3 separates.
    """

    padding, mask, start, separator = 0, 1, 2, 3

    def __init__(self, numbers: Mapping[str, int]) -> None:
        self._numbers = numbers

    def of(self, word: str) -> list[int]:
        """One piece for each character of ``word``; a line break is a separator."""
        if word == "\n":
            return [self.separator]
        numbers = self._numbers
        return [numbers.get(character) or numbers.get(character.lower(), 1) for character in word]


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text as an encoder takes it, and a question about it where there is one.

    Args:
        words: the words of the text.
        ids, types, shapes, zones: of each piece, question first.
        begins, ends: the pieces of each word, half-open.
    """

    words: Words
    ids: list[int]
    types: list[int]
    shapes: list[int]
    zones: list[int]
    begins: list[int]
    ends: list[int]


def encode(words: Words, pieces: Pieces, *, question: str = "", silver: bool = False) -> Encoded:
    """The pieces of ``words``, after those of ``question`` where one is asked.

    ``silver`` tells a network in training that the labels are not of the standard that it is to follow.
    """
    ids, types, shapes, zones = [pieces.start], [0], [_SILVER_SHAPE if silver else 0], [TITLE]
    if question:
        asked = [piece for word in split_words(question).texts for piece in pieces.of(word)][:MOST_OF_A_QUESTION]
        ids += [*asked, pieces.separator]
        shapes += [*([_ASKED_SHAPE] * len(asked)), 0]
        types = [0] * len(ids)
        zones = [TITLE] * len(ids)
    kind = int(bool(question))
    begins, ends = [], []
    for word, shape, zone in zip(words.texts, words.shapes, words.zones, strict=True):
        found = pieces.of(word)[:MOST_A_WORD]
        count = len(found)
        begins.append(len(ids))
        ids += found
        ends.append(len(ids))
        types += [kind] * count
        shapes += [shape] * count
        zones += [zone] * count
    ids.append(pieces.separator)
    types.append(kind)
    shapes.append(0)
    zones.append(TITLE)
    return Encoded(words, ids, types, shapes, zones, begins, ends)

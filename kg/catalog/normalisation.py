"""Text as it is read: HTML to text, NFC, nothing invisible; every character knows its raw span."""

from __future__ import annotations

import html
import re
import unicodedata
from array import array
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

# everything that makes a text differ from what is read of it, but for composition: a text without it is left as it is
_INVISIBLE: Final = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_SELECTORS: Final = "\ufe0e\ufe0f"
_SPACES: Final = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_LINE_ENDS: Final = "\u2028\u2029"
_MARKED: Final = r"<[a-zA-Z/!?]|&\#?[a-zA-Z0-9]{1,31};|\]\]>"
# marks are not among \w, and one is three when it is taken apart: what this does not find has no run of too many
_MANY_MARKS: Final = r"[^\w\x00-\x7f]{8}"
_MOST_MARKS: Final = 30  # in a row, as in Unicode's stream-safe text; what composes them takes quadratic time
_NEEDS_WORK: Final = re.compile(f"{_MARKED}|[{_INVISIBLE}{_SELECTORS}{_SPACES}{_LINE_ENDS}]|{_MANY_MARKS}")
_ASCII_NEEDS_WORK: Final = re.compile(rf"{_MARKED}|[\x00-\x08\x0b-\x1f\x7f]")
_UNSEEN: Final = re.compile(f"[{_INVISIBLE}{_SELECTORS}{_SPACES}{_LINE_ENDS}]")
_DROPPED: Final = re.compile(f"[{_INVISIBLE}]")
_SPACE: Final = re.compile(f"[{_SPACES}]")

# each alternative stops at the next "<", so that hostile input costs linear time
_MARKUP: Final = re.compile(
    r"""(?P<hidden><(?P<name>script|style|template|noscript|iframe|svg|head)\b[^<>]*(?<!/)>.*?(?:</(?P=name)\s*>|\Z))"""
    r"""|(?P<comment><!--.*?(?:-->|\Z)|<!\[CDATA\[|\]\]>|<[!?][a-zA-Z][^<>]*>)"""
    r"""|(?P<tag></?(?P<element>[a-zA-Z][a-zA-Z0-9:-]*)(?:[\s/](?:[^<>"']|"[^"<]*"|'[^'<]*'|["'])*+)?>)"""
    r"""|(?P<entity>&(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});)""",
    re.IGNORECASE | re.DOTALL,
)
_BLOCKS: Final = frozenset(
    "address article aside blockquote body br center dd details div dl dt fieldset figcaption figure "  # noqa: SIM905 - words read better
    "footer form h1 h2 h3 h4 h5 h6 header hr html li main menu nav ol p pre section summary table tbody "
    "td tfoot th thead tr ul".split()
)
_JAMO: Final = ("\u1160", "\u11ff")


@dataclass(frozen=True, slots=True)
class NormalisedText:
    """A text and where each of its characters stands in the raw field.

    ``starts`` and ``ends`` are None where the text is the raw field itself.
    """

    text: str
    raw_length: int
    starts: array[int] | None = None
    ends: array[int] | None = None

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the raw field that ``text[start:end]`` was read from (code points, half-open).

        Raises:
            IndexError: the span is not within the text.
        """
        if not 0 <= start <= end <= len(self.text):
            raise IndexError((start, end))
        if self.starts is None or self.ends is None:
            return start, end
        if start == end:
            at = self.starts[start] if start < len(self.starts) else self.raw_length
            return at, at
        return self.starts[start], self.ends[end - 1]


def normalise(raw: str) -> NormalisedText:
    """``raw`` as people read it.

    Tags go (those of blocks become a line end, script and style go with what is in them), entities become their
    character, invisible and bidi control characters go (marks after the thirtieth in a row too, and what selects an
    emoji where it follows a letter), any space becomes a plain one, and what can be composed is composed (NFC). A text
    with tags has its white space collapsed, as a browser does it: where some are those of blocks, the line breaks of
    the source are spaces.
    """
    if raw.isascii():
        if not _ASCII_NEEDS_WORK.search(raw):
            return NormalisedText(raw, len(raw))
    elif not _NEEDS_WORK.search(raw) and unicodedata.is_normalized("NFC", raw):
        return NormalisedText(raw, len(raw))
    pieces = _Pieces(raw)
    pieces.read()
    if not pieces.changed and (raw.isascii() or unicodedata.is_normalized("NFC", raw)):
        return NormalisedText(raw, len(raw))
    pieces.compose()
    return NormalisedText("".join(pieces.characters), len(raw), pieces.starts, pieces.ends)


@lru_cache(maxsize=4096)
def plain_form(letter: str) -> str:
    """The character that a full-width, circled or otherwise styled one stands for (NFKC), where it is a single one."""
    plain = unicodedata.normalize("NFKC", letter)
    return plain if len(plain) == 1 else letter


class _Pieces:
    """The characters of the result, in the making, with their raw spans."""

    def __init__(self, raw: str) -> None:
        self._raw = raw
        self.characters: list[str] = []
        self.starts = array("L")
        self.ends = array("L")
        self.changed = False

    def read(self) -> None:
        """Takes the raw text apart at its markup."""
        raw = self._raw
        elements: set[str] = set()
        position = 0
        for found in _MARKUP.finditer(raw):
            self._plain(position, found.start())
            position = found.end()
            if found["entity"]:
                self._entity(found.group(), found.start(), found.end())
                continue
            self.changed = True
            element = (found["element"] or "").lower()
            elements.add(element)
            if element in _BLOCKS:
                self._add("\n", found.start(), found.end())
            elif found["hidden"]:
                self._add(" ", found.start(), found.end())
        self._plain(position, len(raw))
        if elements:
            self._collapse(source_wraps=not _BLOCKS.isdisjoint(elements) and "pre" not in elements)
        self._thin()

    def compose(self) -> None:
        """Composes what can be; the characters of a cluster that changed share its raw span."""
        text = "".join(self.characters)
        if unicodedata.is_normalized("NFC", text):
            return
        starts, ends = self.starts, self.ends
        self.characters, self.starts, self.ends = [], array("L"), array("L")
        bounds = [at for at, letter in enumerate(text) if at == 0 or not _continues(letter)]
        for begin, end in pairwise([*bounds, len(text)]):
            cluster = text[begin:end]
            composed = unicodedata.normalize("NFC", cluster)
            if composed == cluster:
                self.characters.extend(cluster)
                self.starts.extend(starts[begin:end])
                self.ends.extend(ends[begin:end])
                continue
            for letter in composed:
                self._add(letter, starts[begin], ends[end - 1])

    def _plain(self, start: int, end: int) -> None:
        part = self._raw[start:end]
        if not _UNSEEN.search(part):
            self.characters.extend(part)
            self.starts.extend(range(start, end))
            self.ends.extend(range(start + 1, end + 1))
            return
        for at, letter in enumerate(part, start):
            self._add(self._visible(letter, at), at, at + 1)

    def _visible(self, letter: str, at: int) -> str:
        """What is seen of one character: itself, a space, a line end or nothing."""
        if letter == "\r":
            seen = "" if self._raw[at + 1 : at + 2] == "\n" else "\n"
        elif letter in _LINE_ENDS or letter == "\x85":
            seen = "\n"
        elif _SPACE.match(letter):
            seen = " "
        elif _DROPPED.match(letter):
            seen = ""
        else:
            return letter
        self.changed = True
        return seen

    def _entity(self, entity: str, start: int, end: int) -> None:
        meaning = html.unescape(entity)
        if meaning == entity:
            self._plain(start, end)
            return
        self.changed = True
        for letter in meaning:
            self._add(_SPACE.sub(" ", _DROPPED.sub("", letter.replace("\r", "\n"))), start, end)

    def _add(self, letter: str, start: int, end: int) -> None:
        if letter and letter in _SELECTORS and self.characters and _in_word(self.characters[-1]):
            self.changed = True
        elif letter:
            self.characters.append(letter)
            self.starts.append(start)
            self.ends.append(end)

    def _thin(self) -> None:
        """Leaves out the marks that are too many, counted as they are when taken apart."""
        text = "".join(self.characters)
        if not re.search(_MANY_MARKS, text):
            return
        kept = []
        run = 0
        for at, letter in enumerate(text):
            run = len(unicodedata.normalize("NFD", letter)) + (run if _is_mark(letter) else -1)
            if run <= _MOST_MARKS:
                kept.append(at)
        if len(kept) < len(text):
            self.changed = True
            self.characters = [text[at] for at in kept]
            self.starts = array("L", [self.starts[at] for at in kept])
            self.ends = array("L", [self.ends[at] for at in kept])

    def _collapse(self, *, source_wraps: bool) -> None:
        """One line end or one space for each run of white space, none at the ends; a source that wraps ends no line."""
        text = "".join(self.characters)
        starts, ends = self.starts, self.ends
        self.characters, self.starts, self.ends = [], array("L"), array("L")
        position = 0
        for run in re.finditer(r"[ \t\n]+", text):
            begin, end = run.span()
            self.characters.extend(text[position:begin])
            self.starts.extend(starts[position:begin])
            self.ends.extend(ends[position:begin])
            if begin and end < len(text):
                line_end = any(
                    text[at] == "\n" and not (source_wraps and self._raw[starts[at]] in "\r\n&")
                    for at in range(begin, end)
                )
                self._add("\n" if line_end else " ", starts[begin], ends[end - 1])
            position = end
        self.characters.extend(text[position:])
        self.starts.extend(starts[position:])
        self.ends.extend(ends[position:])


def _continues(letter: str) -> bool:
    """Whether a character may compose with the one before: marks, and the vowels and finals of Hangul."""
    return letter > "\x7f" and (_is_mark(letter) or _JAMO[0] <= letter <= _JAMO[1])


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter)[0] == "M"


def _in_word(letter: str) -> bool:
    """Whether a selector after a character hides a word instead of choosing how a sign looks."""
    return unicodedata.category(plain_form(letter))[0] in "LM"

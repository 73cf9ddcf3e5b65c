"""Sentences of a text that address a model instead of describing the product; nothing in them is believed."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from kg.catalog.normalisation import plain_form

if TYPE_CHECKING:
    from collections.abc import Sequence

_SENTENCE: Final = re.compile(r"[^.!?。\n]+(?:\.(?=\S)[^.!?。\n]+)*[.!?。]*\n?|[.!?。\n]+")
_BRACKETS: Final = {"【": "】", "[": "]", "(": ")", "{": "}", "《": "》"}
_BLANKS: Final = re.compile(r"(?! )[\s\ufe0e\ufe0f]+| [\s\ufe0e\ufe0f]+")  # all but a single space
_GOES_ON: Final = tuple(",;:、")  # a line that ends so is not at its end


def instruction_spans(text: str) -> list[tuple[int, int]]:
    """The spans of ``text`` (code points, half-open) that order a reader about, from whole sentences on.

    Nobody can say where an order ends, so that it counts up to the end of its line, and where it stands within a
    bracket, of the line that closes it. Full-width and otherwise styled letters order like plain ones, and any run of
    blanks is one.
    """
    commands, follow_ups = _patterns()
    plain, places = _as_read(text)
    sentences = [match.span() for match in _SENTENCE.finditer(plain)]
    hits = {start: hit.end() for start, end in sentences if (hit := commands.search(plain[start:end]))}
    if not hits:
        return []
    first = min(hits)
    spans: list[tuple[int, int]] = []
    done = 0
    for start, end in sentences:
        if start < done or (start not in hits and not follow_ups.search(plain[start:end])):
            continue
        done = end
        opened = _opened_bracket(plain, start, start + hits[start] if start in hits else end)
        if opened is not None:
            closing = plain.find(_BRACKETS[plain[opened]], opened)
            done = max(end, closing + 1) if closing >= 0 else len(plain)
        if start >= first and plain[done - 1] != "\n":  # before the first order, a follow-up is but a sentence
            line_end = plain.find("\n", done)
            done = line_end if line_end >= 0 else len(plain)
        spans.append((places[start], places[done]))
    return spans


def _as_read(text: str) -> tuple[str, Sequence[int]]:
    """The text in plain characters with one blank for each run of them, and where each stands (its end, too).

    A line that is but wrapped goes on with a small letter.
    """
    plain = text if text.isascii() else "".join(map(plain_form, text))
    pieces: list[str] = []
    places: list[int] = []
    position = 0
    for run in _BLANKS.finditer(plain):
        start, end = run.span()
        pieces.append(plain[position:start])
        places.extend(range(position, start + 1))
        goes_on = plain.endswith(_GOES_ON, 0, start) or plain[end : end + 1].islower()
        pieces.append("\n" if "\n" in run.group() and not goes_on else " ")
        position = end
    pieces.append(plain[position:])
    places.extend(range(position, len(plain) + 1))
    return "".join(pieces), places


def _opened_bracket(text: str, start: int, end: int) -> int | None:
    """Where the outermost bracket stands that is open at ``end``."""
    stack: list[int] = []
    for position in range(start, end):
        character = text[position]
        if character in _BRACKETS:
            stack.append(position)
        elif stack and character == _BRACKETS[text[stack[-1]]]:
            stack.pop()
    return stack[0] if stack else None


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    table = tomllib.loads((files("kg.extraction") / "data" / "instructions.toml").read_text(encoding="utf-8"))
    commands, follow_ups = ("|".join(f"(?:{one})" for one in table[name]) for name in ("commands", "follow_ups"))
    for name, word in reversed(table["words"].items()):  # a word is made of those before it
        commands, follow_ups = (pattern.replace(f"<{name}>", word) for pattern in (commands, follow_ups))
    return re.compile(commands, re.IGNORECASE | re.MULTILINE), re.compile(follow_ups, re.IGNORECASE)

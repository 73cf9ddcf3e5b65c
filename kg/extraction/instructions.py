"""Sentences of a text that address a model instead of describing the product; nothing in them is believed."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Final

from kg.catalog.normalisation import plain_form

_SENTENCE: Final = re.compile(r"[^.!?。！？\n]+(?:\.(?=\S)[^.!?。！？\n]+)*[.!?。！？]*\n?|[.!?。！？\n]+")
_BRACKETS: Final = {"【": "】", "[": "]", "(": ")", "（": "）", "{": "}", "《": "》"}
_BLANKS: Final = r"[\s\ufe0e\ufe0f]+"


def instruction_spans(text: str) -> list[tuple[int, int]]:
    """The spans of ``text`` (code points, half-open, whole sentences) that order a reader about.

    Full-width and otherwise styled letters order like plain ones. A sentence that opens a bracket within which it
    commands counts up to the closing bracket.
    """
    commands, follow_ups = _patterns()
    plain = text if text.isascii() else "".join(map(plain_form, text))
    if not commands.search(plain):
        return []
    spans: list[tuple[int, int]] = []
    for match in _SENTENCE.finditer(text):
        start, end = match.span()
        if spans and start < spans[-1][1]:
            continue
        sentence = plain[start:end]
        hit = commands.search(sentence)
        if hit is None and not follow_ups.search(sentence):
            continue
        opened = _opened_bracket(text, start, start + hit.end() if hit else end)
        if opened is not None:
            closing = text.find(_BRACKETS[text[opened]], opened)
            end = max(end, closing + 1) if closing >= 0 else len(text)
        spans.append((start, end))
    return spans


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
    commands, follow_ups = (
        "|".join(f"(?:{one.replace(' ', _BLANKS)})" for one in table[name]) for name in ("commands", "follow_ups")
    )
    return re.compile(commands, re.IGNORECASE | re.MULTILINE), re.compile(follow_ups, re.IGNORECASE)

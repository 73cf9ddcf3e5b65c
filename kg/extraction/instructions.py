"""Sentences of a text that address a model instead of describing the product; nothing in them is believed."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Final

_SENTENCE: Final = re.compile(r"[^.!?。！？\n]+(?:\.(?=\S)[^.!?。！？\n]+)*[.!?。！？]*\n?|[.!?。！？\n]+")
_BRACKETS: Final = {"【": "】", "[": "]", "(": ")", "（": "）", "{": "}", "《": "》"}


def instruction_spans(text: str) -> list[tuple[int, int]]:
    """The spans of ``text`` (code points, half-open, whole sentences) that order a reader about.

    A sentence that opens a bracket within which it commands counts up to the closing bracket.
    """
    commands, follow_ups = _patterns()
    if not commands.search(text):
        return []
    spans: list[tuple[int, int]] = []
    for match in _SENTENCE.finditer(text):
        start, end = match.span()
        if spans and start < spans[-1][1]:
            continue
        hit = commands.search(match.group())
        if hit is None and not follow_ups.search(match.group()):
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
    return (
        re.compile("|".join(f"(?:{one})" for one in table["commands"]), re.IGNORECASE | re.MULTILINE),
        re.compile("|".join(f"(?:{one})" for one in table["follow_ups"]), re.IGNORECASE),
    )

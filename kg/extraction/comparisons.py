"""Passages of a text that are about other products: "unlike leather belts", "most bars contain soy"."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files


def is_of_other_products(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` stands in a passage about other products, so that it states nothing of this one."""
    return any(begin <= start and end <= stop for begin, stop in _passages(text))


@lru_cache(maxsize=16)
def _passages(text: str) -> list[tuple[int, int]]:
    return [found.span() for found in _pattern().finditer(text)]


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    table = tomllib.loads((files("kg.extraction") / "data" / "comparisons.toml").read_text(encoding="utf-8"))
    pattern = "|".join(f"(?:{one})" for one in table["patterns"])
    for name, word in reversed(table["words"].items()):  # a word is made of those before it
        pattern = pattern.replace(f"<{name}>", word)
    return re.compile(pattern, re.IGNORECASE)

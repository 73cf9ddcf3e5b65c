"""What a text says that is not said of its product: comparisons, other variants, questions, conditions."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from operator import itemgetter
from typing import Any, Final

_LONGEST: Final = 1_000  # code points of a passage that count; the patterns find shorter ones, but for white space
_START: Final = itemgetter(0)


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    relations: frozenset[str]  # none: all
    hints: tuple[str, ...]
    affirmed_only: bool

    def is_about(self, relation: str | None, *, denied: bool) -> bool:
        return (not self.relations or relation in self.relations) and not (denied and self.affirmed_only)


@dataclass(frozen=True, slots=True)
class _Rules:
    passages: tuple[_Rule, ...]
    behind: tuple[_Rule, ...]


def is_aside(text: str, start: int, end: int, relation: str | None = None, *, denied: bool = False) -> bool:
    """Whether ``text[start:end]`` is not said of the product that the text is about, or not without a condition.

    Args:
        text: of a product.
        start: code point where what may be stated begins.
        end: code point behind it.
        relation: what it would state; None: an answer to a question, which may ask for allergens or a condition, so
            that only what is told of other products and questions that the text answers with no are asides.
        denied: whether the text would deny it.
    """
    passages = _passages(text)
    at = bisect_right(passages, start, key=_START)
    while at and passages[at - 1][0] > start - _LONGEST:
        at -= 1
        if end <= passages[at][1] and passages[at][2].is_about(relation, denied=denied):
            return True
    return any(rule.is_about(relation, denied=denied) and rule.pattern.match(text, end) for rule in _rules().behind)


@lru_cache(maxsize=4)
def _passages(text: str) -> list[tuple[int, int, _Rule]]:
    """In the order they begin."""
    small = text.lower()
    title = small.partition("\n")[0]
    return sorted(
        (
            (*one.span(), rule)
            for rule in _rules().passages
            if any(hint in small for hint in rule.hints)
            for one in rule.pattern.finditer(text)
            if (one.groupdict().get("which") or "\n").lower() not in title
        ),
        key=_START,
    )


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    table: dict[str, Any] = tomllib.loads((files("kg.extraction") / "data" / "asides.toml").read_text(encoding="utf-8"))
    words = table["words"]

    def rule(entry: dict[str, Any]) -> _Rule:
        pattern = entry["pattern"]
        for name, word in reversed(words.items()):  # a word is made of those before it
            pattern = pattern.replace(f"<{name}>", word)
        relations, hints = frozenset(entry.get("relations", ())), tuple(entry.get("hints", ()))
        return _Rule(re.compile(pattern, re.IGNORECASE), relations, hints, entry.get("affirmed_only", False))

    return _Rules(*(tuple(map(rule, table[name])) for name in ("passages", "behind")))

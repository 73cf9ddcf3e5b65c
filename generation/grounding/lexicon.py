"""The word lists of the claim check, read once from ``data``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import snowballstemmer  # type: ignore[import-untyped] # has no types

_BENT = {
    "women": "woman", "womens": "woman", "mens": "man", "kids": "kid", "men": "man", "children": "child", "feet":
    "foot", "teeth": "tooth", "mice": "mouse", "knives": "knife", "shelves": "shelf", "leaves": "leaf", "loaves":
    "loaf", "geese": "goose", "wore": "wear", "built": "build", "ridden": "ride", "kept": "keep", "held": "hold",
    "went": "go", "drawn": "draw", "wrote": "write", "written": "write", "slept": "sleep", "woven": "weave",
    "driven": "drive", "frozen": "freeze", "worn": "wear", "sewn": "sew", "cutting": "cut", "lenses": "lens",
    "lying": "lie",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The lists of one language; ``synonyms`` maps a stem to the stem that stands for its group."""

    function: frozenset[str]
    glue: frozenset[str]
    include_cues: frozenset[str]
    exclude_cues: tuple[str, ...]
    require_cues: frozenset[str]
    negators: frozenset[str]
    scope_end: frozenset[str]
    bound_heads: frozenset[str]
    superlatives: frozenset[str]
    absolutes: frozenset[str]
    comparatives: frozenset[str]
    health: frozenset[str]
    urgency: tuple[str, ...]
    price: tuple[str, ...]
    numbers: dict[str, float]
    synonyms: dict[str, str]
    exclusive: dict[str, tuple[str, str]]


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The stem of an English word in lower case; a possessive loses its ending, an irregular plural its bend."""
    for ending in ("'s", "s'"):
        if word.endswith(ending):
            word = word[: -len(ending)] + ("s" if ending == "s'" else "")
    word = _BENT.get(word, word)
    return str(_stemmer().stemWord(word)) if word.isascii() else word


@lru_cache(maxsize=1)
def _stemmer() -> Any:  # noqa: ANN401 - snowballstemmer has no types
    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=1)
def english() -> Lexicon:
    """The English lists."""
    data: dict[str, Any] = _data("en")
    synonyms: dict[str, str] = {}
    for group in data["synonyms"]:
        # The least stem stands for all, so that the order of the list does not matter.
        stems = sorted({stem(word) for word in group})
        for one in stems:
            synonyms.setdefault(one, synonyms.get(stems[0], stems[0]))
    exclusive = {stem(word): (kind, stem(word)) for kind, words in data["exclusive"].items() for word in words}
    exclusive = {word: (kind, synonyms.get(own, own)) for word, (kind, own) in exclusive.items()}
    heads: dict[str, frozenset[str]] = {
        name: frozenset(map(stem, data[name])) for name in ("bound_heads", "include_cues", "require_cues")
    }
    lists: dict[str, frozenset[str]] = {
        name: frozenset(data[name])
        for name in ("function", "glue", "negators", "superlatives", "absolutes", "comparatives", "health")
    }
    return Lexicon(
        **lists,
        **heads,
        scope_end=frozenset(data["negator_scope_end"]),
        exclude_cues=tuple(data["exclude_cues"]),
        urgency=tuple(data["urgency"]),
        price=tuple(data["price"]),
        numbers=dict(data["numbers"]),
        synonyms=synonyms,
        exclusive=exclusive,
    )


@lru_cache(maxsize=4)
def _data(language: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(files(__package__).joinpath("data", f"{language}.json").read_text("utf-8"))


def chinese() -> Any:  # noqa: ANN401 - JSON
    """The Chinese lists, as they lie in the file."""
    return _data("zh")

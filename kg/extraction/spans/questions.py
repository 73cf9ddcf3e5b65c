"""Questions that teach a model to be asked: merchants' names for the attributes whose values a relation states."""

from __future__ import annotations

import random
import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.extraction.spans.examples import Example
from kg.extraction.spans.pieces import encode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.extraction.spans.examples import Cell
    from kg.extraction.spans.pieces import Pieces

_STATED, _ABSENT = 4, 2  # questions a text: about what it states, about what it does not


class Usual(NamedTuple):
    """Names that ask for those values of a relation in which the pattern is found; without a pattern, for all."""

    relation: str
    names: Sequence[str]
    pattern: re.Pattern[str] | None


def question_for(attribute: str, category: str) -> str:
    """How an attribute is asked for; the same name means different things in different categories."""
    return f"{attribute} ({category})" if category else attribute


def usual_names(language: str) -> list[Usual]:
    """The table: the names of whole relations, then the narrower ones. No name stands in it twice."""
    return _usual("zh" if language == "zh" else "en")


def questions_of(
    example: Example, pieces: Pieces, *, labels: Sequence[str], language: str, seed: int = 0
) -> list[Example]:
    """Some questions about a marked text, with their answers; the same seed asks the same."""
    chance = random.Random(f"{example.identity}{seed}")
    asked = len(labels) - 1
    by_relation: dict[str, set[Cell]] = {}
    for cell in example.marked:
        by_relation.setdefault(labels[cell[2]], set()).add(cell)
    stated: list[tuple[str, set[Cell]]] = []
    unstated: dict[str, list[str]] = {}
    for relation, names, pattern in usual_names(language):
        if relation not in by_relation:
            unstated.setdefault(relation, []).extend(names)
        cells = {
            cell for cell in by_relation.get(relation, ()) if pattern is None or pattern.search(_value(example, cell))
        }
        if cells:
            stated.append((chance.choice(names), cells))
    absent = [(chance.choice(names), set[Any]()) for names in unstated.values()]
    chosen = chance.sample(stated, min(len(stated), _STATED)) + chance.sample(absent, min(len(absent), _ABSENT))
    return [_asked(example, pieces, question, cells, asked) for question, cells in chosen]


def _asked(example: Example, pieces: Pieces, question: str, cells: set[Cell], label: int) -> Example:
    # A value is marked once, and answers the question wherever it stands.
    stated = {_value(example, cell): cell for cell in cells}
    relations = {relation for _, _, relation in cells}
    again = {
        cell: stated[value] for cell in example.ignored
        if cell[2] in relations and (value := _value(example, cell)) in stated
    }  # fmt: skip
    places = {**again, **{cell: cell for cell in cells}}
    return Example(
        encode(example.encoded.words, pieces, question=question),
        example.text,
        frozenset([label]),
        single=True,
        marked={(first, extra, label): example.marked[marked] for (first, extra, _), marked in places.items()},
        denied={(first, extra, label): example.denied[marked] for (first, extra, _), marked in places.items()},
        identity=example.identity,
    )


def _value(example: Example, cell: Cell) -> str:
    words = example.encoded.words
    return example.text[words.starts[cell[0]] : words.ends[cell[0] + cell[1]]].casefold()


@lru_cache(maxsize=2)
def _usual(known: str) -> list[Usual]:
    table = _tables()[known]
    found = [Usual(relation, names, None) for relation, names in table["names"].items()]
    patterns: dict[str, str] = {}
    for narrower in table.get("narrower", []):
        pattern = _pattern(narrower, patterns)
        patterns |= dict.fromkeys(narrower["names"], pattern)
        found.append(Usual(narrower["relation"], narrower["names"], re.compile(pattern, re.IGNORECASE)))
    return found


def _pattern(narrower: dict[str, Any], patterns: dict[str, str]) -> str:
    if "like" in narrower:
        return "|".join(patterns[name] for name in narrower["like"])
    if "unlike" in narrower:
        return rf"^(?!.*(?:{'|'.join(patterns[name] for name in narrower['unlike'])}))"
    return rf"(?<![a-z])(?:{narrower['pattern']})(?![a-z])"


@lru_cache(maxsize=1)
def _tables() -> dict[str, Any]:
    return tomllib.loads((files("kg.extraction.spans") / "data" / "questions.toml").read_text(encoding="utf-8"))

"""Questions that teach a model to be asked: merchants' names for the attributes whose values a relation states."""

from __future__ import annotations

import random
import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from kg.extraction.spans.examples import Example
from kg.extraction.spans.pieces import encode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.extraction.spans.examples import Cell
    from kg.extraction.spans.pieces import Pieces

_STATED, _ABSENT = 4, 2  # questions a text: about what it states, about what it does not


def question_for(attribute: str, category: str) -> str:
    """How an attribute is asked for; the same name means different things in different categories."""
    return f"{attribute} ({category})" if category else attribute


def relation_asked(attribute: str, language: str) -> tuple[str, re.Pattern[str] | None] | None:
    """The relation that states ``attribute`` by one of its usual names, and what narrows its values.

    None where there is no such relation, and in a language whose names nothing narrows: there a relation states more
    than one name asks for (a weight is no "容量", though both are a MEASURE), and the question is better asked.
    """
    known = "zh" if language == "zh" else "en"
    return _by_name(known).get(attribute.strip().casefold()) if "narrower" in _tables()[known] else None


def questions_of(
    example: Example, pieces: Pieces, *, labels: Sequence[str], language: str, seed: int = 0
) -> list[Example]:
    """Some questions about a marked text, with their answers; the same seed asks the same."""
    table: dict[str, Any] = _tables()["zh" if language == "zh" else "en"]
    chance = random.Random(f"{example.identity}{seed}")
    asked = len(labels) - 1
    by_relation: dict[str, set[Cell]] = {}
    for cell in example.marked:
        by_relation.setdefault(labels[cell[2]], set()).add(cell)
    names = table["names"]
    stated = [(chance.choice(names[one]), cells) for one, cells in by_relation.items() if one in names]
    for narrower in table.get("narrower", []):
        cells = {
            cell for cell in by_relation.get(narrower["relation"], ())
            if re.search(narrower["pattern"], _value(example, cell))
        }  # fmt: skip
        if cells:
            stated.append((chance.choice(narrower["names"]), cells))
    absent = [(chance.choice(usual), set[Any]()) for one, usual in names.items() if one not in by_relation]
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
def _by_name(language: str) -> dict[str, tuple[str, re.Pattern[str] | None]]:
    table = _tables()[language]
    known: dict[str, tuple[str, re.Pattern[str] | None]] = {}
    for narrower in table["narrower"]:
        for name in narrower["names"]:
            known.setdefault(name.casefold(), (narrower["relation"], re.compile(narrower["pattern"])))
    for relation, names in table["names"].items():
        for name in names:
            known.setdefault(name.casefold(), (relation, None))
    return known


@lru_cache(maxsize=1)
def _tables() -> dict[str, Any]:
    return tomllib.loads((files("kg.extraction.spans") / "data" / "questions.toml").read_text(encoding="utf-8"))

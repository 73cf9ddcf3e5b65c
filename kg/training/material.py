"""What a protocol's rows are made into: labels, examples, and how a candidate is judged right."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kg.evaluation import read_attributes, read_entities, read_labelled
from kg.evaluation.attributes import ABSENT
from kg.extraction.spans.examples import Example, from_entities, from_question, from_spans
from kg.extraction.spans.files import ASKED
from kg.extraction.spans.questions import question_for, questions_of
from kg.extraction.spans.words import split_words
from kg.ontology import RELATIONS
from kg.training.as_read import as_read
from kg.training.calibrating import Judged
from shelfgraph.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from kg.evaluation import EntityRow
    from kg.evaluation.reading import Row
    from kg.extraction.spans.decoding import Candidate
    from kg.extraction.spans.pieces import Pieces
    from kg.training.settings import TrainingSettings

WIDTH: Final = 16
_ASKED_ABOUT: Final = 1 / 3  # share of the texts about which an epoch asks a question that follows from their marks
_ANSWERED: Final = 2  # questions a text and an epoch whose answers were marked as such
_MOST_ATTRIBUTES: Final = 200  # that have an output of their own; others are asked for by their names alone
_MOST_JUDGED: Final = 6  # questions a text that follow from its marks, and as many others
_DENIED: Final = 0.5  # above it that polarity is the likelier one
_Key = tuple[str, str, bool]


@dataclass(slots=True)
class Item:
    """One marked row: its own examples, and questions about it.

    Args:
        examples: the text, a window each.
        questions: that follow from what is marked anyway.
        answered: those whose answers were marked for their own sake.
        gold: what is marked where a label may have several values: (value in lower case, label, denied).
    """

    examples: list[Example]
    questions: list[Example] = field(default_factory=list)
    answered: list[Example] = field(default_factory=list)
    gold: set[_Key] = field(default_factory=set)

    def draw(self, chance: random.Random) -> list[Example]:
        """What an epoch sees of this row."""
        drawn = [*self.examples, *chance.sample(self.answered, min(len(self.answered), _ANSWERED))]
        if self.questions and chance.random() < _ASKED_ABOUT:
            drawn.append(chance.choice(self.questions))
        return drawn

    def judged_by(self) -> list[Example]:
        """What a network that has not seen the row is judged by: its text and some questions, always the same."""
        return [*self.examples, *self.questions[:_MOST_JUDGED], *self.answered[:_MOST_JUDGED]]


@dataclass(frozen=True, slots=True)
class Material:
    """All rows of a run.

    Args:
        labels: of the network, the last answers questions.
        items: the rows.
        silver: rows that are only learnt from.
    """

    labels: tuple[str, ...]
    items: list[Item]
    silver: list[Item] = field(default_factory=list)

    def marked(self, chosen: Sequence[int]) -> Counter[str]:
        """How many values of each label the chosen rows mark, as far as they are judged by them."""
        counts: Counter[str] = Counter()
        for index in chosen:
            item = self.items[index]
            counts.update(label for _, label, _ in item.gold)
            for one in item.judged_by():
                counts.update(self.labels[label] for label in {cell[2] for cell in one.answers()} if one.single)
        return counts


def read_material(data: Sequence[Path], pieces: Pieces, settings: TrainingSettings) -> Material:
    """The rows of ``data``.

    Raises:
        InvalidRequestError: a row is not of the protocol's form (``evaluation.row_invalid`` and its like).
    """
    if settings.protocol == "spans":
        labels = (*RELATIONS, ASKED)
        gold, silver = ([row for path in paths for row in read_labelled(path)] for paths in (data, settings.silver))
        _require_distinct(row["id"] for row in [*gold, *silver])
        _require_distinct([*(row["id"] for row in gold), *{str(row.get("product", row["id"])) for row in silver}])
        return Material(
            labels,
            [_labelled(row, pieces, labels, settings) for row in gold],
            [_labelled(row, pieces, labels, settings, silver=True) for row in silver],
        )
    if settings.protocol == "entities":
        rows = [row for path in data for row in read_entities(path)]
        labels = (*sorted({one.type for row in rows for one in row.entities}), ASKED)
        return Material(labels, [_titled(row, pieces, labels) for row in rows])
    return _attributed(data, pieces, settings.seed)


def judge(item: Item, read: Iterable[tuple[Example, Sequence[Candidate]]], labels: Sequence[str]) -> list[Judged]:
    """Which candidates in the examples of ``item`` are right; where a label has one value, only its best one counts."""
    judged: list[Judged] = []
    scores: dict[_Key, float] = {}
    for example, found in read:
        if example.single:
            judged += _answered(example, found, labels)
            continue
        words = example.encoded.words
        for one in found:
            value = example.text[words.starts[one.first] : words.ends[one.last]].strip().lower()
            key = (value, labels[one.label], one.denied > _DENIED)
            # A value is marked once, so it counts once, wherever it was found.
            scores[key] = max(scores.get(key, 0.0), one.score)
    return [*judged, *(Judged(key[1], score, key in item.gold) for key, score in scores.items())]


def _answered(example: Example, found: Sequence[Candidate], labels: Sequence[str]) -> list[Judged]:
    best: dict[int, Candidate] = {}
    for one in found:
        if one.denied <= _DENIED and (one.label not in best or one.score > best[one.label].score):
            best[one.label] = one
    right = example.answers()
    return [
        Judged(labels[label], one.score, (one.first, one.last - one.first, label) in right)
        for label, one in best.items()
    ]


def _require_distinct(identities: Iterable[str]) -> None:
    """A product in two files would be fitted in one fold and held out in another."""
    seen: set[str] = set()
    for identity in identities:
        if identity in seen:
            raise InvalidRequestError(
                "training.id_duplicate",
                f"The product {identity!r} is in two of the files.",
                help="Give each product one line in one of the files.",
            )
        seen.add(identity)


def _labelled(
    row: Row, pieces: Pieces, labels: Sequence[str], settings: TrainingSettings, *, silver: bool = False
) -> Item:
    row = as_read(row)
    examples = from_spans(row, pieces, labels=labels, width=WIDTH, silver=silver)
    questions = [
        question
        for example in examples[:1]
        for question in questions_of(example, pieces, labels=labels, language=settings.language, seed=settings.seed)
    ]
    answered = [
        from_question(row["text"], question_for(name, ""), {len(labels) - 1: values}, pieces, width=WIDTH)
        for name, values in row.get("attributes", {}).items()
        if examples
    ]
    gold = {(one["value"].strip().lower(), one["relation"], one["polarity"] == "negated") for one in row["relations"]}
    return Item(examples, questions, answered, gold)


def _titled(row: EntityRow, pieces: Pieces, labels: Sequence[str]) -> Item:
    spans = [(one.type, one.start, one.end) for one in row.entities]
    examples = from_entities(row.text, spans, pieces, labels=labels, width=WIDTH)
    return Item(examples, gold={(row.text[start:end].strip().lower(), kind, False) for kind, start, end in spans})


def _attributed(data: Sequence[Path], pieces: Pieces, seed: int) -> Material:
    """One pass over a text answers all attributes of the schema, and questions teach to be asked for others."""
    rows = [row for path in data for row in read_attributes(path)]
    known: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        known[row.category] |= row.accepted.keys()
    # Rows that name no absent attribute leave nothing to learn absence from: all others of the category are absent.
    complete = any(ABSENT in values for row in rows for values in row.accepted.values())
    counts = Counter(
        name for row in rows for name, values in row.accepted.items() if name != ASKED and values != {ABSENT}
    )
    labels = (*sorted(name for name, _ in counts.most_common(_MOST_ATTRIBUTES)), ASKED)
    outputs = {name: index for index, name in enumerate(labels[:-1])}
    items = []
    for number, row in enumerate(rows):
        if not split_words(row.text).texts:
            continue
        asked = {name: sorted(values - {ABSENT}) for name, values in row.accepted.items()}
        if not complete:
            asked |= {name: [] for name in sorted(known[row.category] - asked.keys())}
        answers = {outputs[name]: values for name, values in asked.items() if name in outputs}
        example = from_question(row.text, row.category, answers, pieces, width=WIDTH)
        questions: dict[bool, list[Example]] = {True: [], False: []}  # by whether the pass over the text answers them
        for name, values in asked.items():
            question = question_for(name, row.category)
            questions[name in outputs].append(
                from_question(row.text, question, {len(labels) - 1: values}, pieces, width=WIDTH)
            )
        random.Random(f"{seed}:{number}").shuffle(questions[True])
        items.append(Item([example], questions[True], answered=questions[False]))
    return Material(labels, items)

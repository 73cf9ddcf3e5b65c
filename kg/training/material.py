"""What a protocol's rows are made into: labels, examples, and how a candidate is judged right."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kg.evaluation import read_attributes, read_entities, read_labelled
from kg.evaluation.attributes import ABSENT
from kg.extraction.spans.examples import Example, from_entities, from_question, from_spans
from kg.extraction.spans.files import ASKED
from kg.extraction.spans.questions import question_for, questions_of
from kg.ontology import RELATIONS
from kg.training.calibrating import Judged
from shelfgraph.errors import InvalidRequestError

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from kg.evaluation import EntityRow
    from kg.evaluation.reading import Row
    from kg.extraction.spans.decoding import Candidate
    from kg.extraction.spans.pieces import Pieces
    from kg.training.settings import TrainingSettings

WIDTH: Final = 16
_QUESTIONS: Final = 2  # a text and an epoch
_Key = tuple[str, str, bool]


@dataclass(slots=True)
class Item:
    """One marked row: its own example, and questions about it.

    Args:
        example: the text; None where only questions are asked.
        questions: of which each epoch asks some.
        gold: what is marked: (value in lower case, label, denied).
        answers: the right answers of each question, by its place.
    """

    example: Example | None
    questions: list[Example] = field(default_factory=list)
    gold: set[_Key] = field(default_factory=set)

    def draw(self, chance: random.Random) -> list[Example]:
        """What an epoch sees of this row."""
        if self.example is None:
            return list(self.questions)
        return [self.example, *chance.sample(self.questions, min(len(self.questions), _QUESTIONS))]


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
        """How many values of each label the chosen rows mark."""
        counts: Counter[str] = Counter()
        for index in chosen:
            item = self.items[index]
            counts.update(label for _, label, _ in item.gold)
            counts[ASKED] += sum(1 for one in item.questions if one.marked)
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
        return Material(
            labels,
            [_labelled(row, pieces, labels, settings) for row in gold],
            [_labelled(row, pieces, labels, settings, silver=True) for row in silver],
        )
    if settings.protocol == "entities":
        rows = [row for path in data for row in read_entities(path)]
        labels = (*sorted({one.type for row in rows for one in row.entities}), ASKED)
        return Material(labels, [_titled(row, pieces, labels) for row in rows])
    return Material((ASKED,), _attributed(data, pieces))


def judge(item: Item, example: Example, found: Sequence[Candidate], labels: Sequence[str]) -> list[Judged]:
    """Which candidates in ``example`` are right; of a question only the best one counts."""
    if example.asked:
        best = max(found, key=lambda one: one.score, default=None)
        if best is None:
            return []
        cell = (best.first, best.last - best.first, best.label)
        return [Judged(ASKED, best.score, cell in example.marked)]
    words = example.encoded.words
    scores: dict[_Key, float] = {}
    for one in found:
        value = example.text[words.starts[one.first] : words.ends[one.last]].strip().lower()
        key = (value, labels[one.label], one.denied > 0.5)  # noqa: PLR2004 - the likelier polarity
        # A value is marked once, so it counts once, wherever it was found.
        scores[key] = max(scores.get(key, 0.0), one.score)
    return [Judged(key[1], score, key in item.gold) for key, score in scores.items()]


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
    example = from_spans(row, pieces, labels=labels, width=WIDTH, silver=silver)
    asked = questions_of(example, pieces, labels=labels, language=settings.language, seed=settings.seed)
    asked += [
        from_question(row["text"], question_for(name, ""), values, pieces, label=len(labels) - 1, width=WIDTH)
        for name, values in row.get("attributes", {}).items()
    ]
    gold = {(one["value"].strip().lower(), one["relation"], one["polarity"] == "negated") for one in row["relations"]}
    return Item(example, asked, gold)


def _titled(row: EntityRow, pieces: Pieces, labels: Sequence[str]) -> Item:
    spans = [(one.type, one.start, one.end) for one in row.entities]
    example = from_entities(row.text, spans, pieces, labels=labels, width=WIDTH)
    return Item(example, [], {(row.text[start:end].strip().lower(), kind, False) for kind, start, end in spans})


def _attributed(data: Sequence[Path], pieces: Pieces) -> list[Item]:
    rows = [row for path in data for row in read_attributes(path)]
    known: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        known[row.category] |= row.accepted.keys()
    # Rows that name no absent attribute leave nothing to learn absence from: all others of the category are absent.
    complete = any(ABSENT in values for row in rows for values in row.accepted.values())
    items = []
    for row in rows:
        asked = dict(row.accepted)
        if not complete:
            asked |= {name: frozenset() for name in sorted(known[row.category] - asked.keys())}
        questions = [
            from_question(
                row.text, question_for(name, row.category), sorted(values - {ABSENT}), pieces, label=0, width=WIDTH
            )
            for name, values in asked.items()
        ]
        items.append(Item(None, questions))
    return items

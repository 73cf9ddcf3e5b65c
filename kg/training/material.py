"""What a protocol's rows are made into: labels, examples, and what is marked to judge candidates by."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, overload

from kg.evaluation import read_attributes, read_entities, read_labelled
from kg.evaluation.attributes import ABSENT
from kg.extraction.spans.examples import Example, from_entities, from_question, from_spans
from kg.extraction.spans.files import ASKED
from kg.extraction.spans.questions import question_for, questions_of
from kg.extraction.spans.words import split_words
from kg.ontology import RELATIONS
from kg.training.as_read import as_read, text_as_read
from kg.training.parting import plain
from shelfgraph.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kg.evaluation import EntityRow
    from kg.evaluation.reading import Row
    from kg.extraction.spans.pieces import Pieces
    from kg.training.settings import TrainingSettings

WIDTH: Final = 16
_ASKED_ABOUT: Final = 1 / 3  # share of the texts about which an epoch asks a question that follows from their marks
_ANSWERED: Final = 2  # questions a text and an epoch whose answers were marked as such
_MOST_ATTRIBUTES: Final = 200  # that have an output of their own; others are asked for by their names alone
_MOST_JUDGED: Final = 6  # questions a text that follow from its marks, and as many others


@dataclass(frozen=True, slots=True)
class Questions(Sequence[Example]):
    """Questions about a text; each becomes an example when it is taken, for there may be a hundred, and few are asked.

    Args:
        text: the text.
        category: its category, empty where there are none.
        asked: names of attributes with their values, none where the text does not say.
        label: whose values the answers are.
        pieces: the vocabulary.
    """

    text: str
    category: str
    asked: Sequence[tuple[str, Sequence[str]]]
    label: int
    pieces: Pieces

    def __len__(self) -> int:
        return len(self.asked)

    @overload
    def __getitem__(self, index: int) -> Example: ...
    @overload
    def __getitem__(self, index: slice) -> list[Example]: ...
    def __getitem__(self, index: int | slice) -> Example | list[Example]:
        if isinstance(index, slice):
            return [self[at] for at in range(len(self))[index]]
        name, values = self.asked[index]
        question = question_for(name, self.category)
        return from_question(self.text, question, {self.label: values}, self.pieces, width=WIDTH)


@dataclass(slots=True)
class Item:
    """One marked row: its own examples, and questions about it.

    Args:
        plain: what its text has in common with others that count as the same.
        examples: the text, a window each.
        questions: that follow from what is marked anyway.
        answered: those whose answers were marked for their own sake.
        gold: what is marked where a label may have several values: (value in lower case, label, denied).
    """

    plain: str
    examples: list[Example]
    questions: Sequence[Example] = ()
    answered: Sequence[Example] = ()
    gold: set[tuple[str, str, bool]] = field(default_factory=set)

    def draw(self, chance: random.Random) -> list[Example]:
        """What an epoch sees of this row."""
        answered = chance.sample(range(len(self.answered)), min(len(self.answered), _ANSWERED))
        drawn = [*self.examples, *(self.answered[index] for index in answered)]
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
        left_out: how many silver rows are not even that: an item has their text, and may be held out.
    """

    labels: tuple[str, ...]
    items: list[Item]
    silver: list[Item] = field(default_factory=list)
    left_out: int = 0

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
        items = [_labelled(row, pieces, labels, settings) for row in gold]
        texts = {item.plain for item in items}
        others = [_labelled(row, pieces, labels, settings, silver=True) for row in silver]
        kept = [item for item in others if item.plain not in texts]
        return Material(labels, items, kept, left_out=len(others) - len(kept))
    if settings.protocol == "entities":
        rows = [row for path in data for row in read_entities(path)]
        labels = (*sorted({one.type for row in rows for one in row.entities}), ASKED)
        return Material(labels, [_titled(row, pieces, labels) for row in rows])
    return _attributed(data, pieces, settings.seed)


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
    # A text without words has no examples, and nothing can be asked about it.
    attributes = list(row.get("attributes", {}).items()) if examples else []
    answered = Questions(row["text"], "", attributes, len(labels) - 1, pieces)
    gold = {(one["value"].strip().lower(), one["relation"], one["polarity"] == "negated") for one in row["relations"]}
    return Item(plain(row["text"]), examples, questions, answered, gold)


def _titled(row: EntityRow, pieces: Pieces, labels: Sequence[str]) -> Item:
    spans = [(one.type, one.start, one.end) for one in row.entities]
    examples = from_entities(row.text, spans, pieces, labels=labels, width=WIDTH)
    gold = {(row.text[start:end].strip().lower(), kind, False) for kind, start, end in spans}
    return Item(plain(text_as_read(row.text)), examples, gold=gold)


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
        asked: dict[str, Sequence[str]] = {name: sorted(values - {ABSENT}) for name, values in row.accepted.items()}
        if not complete:
            asked |= dict.fromkeys(sorted(known[row.category] - asked.keys()), ())
        answers = {outputs[name]: values for name, values in asked.items() if name in outputs}
        example = from_question(row.text, row.category, answers, pieces, width=WIDTH)
        answered_by_the_pass = [one for one in asked.items() if one[0] in outputs]
        others = [one for one in asked.items() if one[0] not in outputs]
        random.Random(f"{seed}:{number}").shuffle(answered_by_the_pass)
        questions, answered = (
            Questions(row.text, row.category, some, len(labels) - 1, pieces) for some in (answered_by_the_pass, others)
        )
        items.append(Item(plain(text_as_read(row.text)), [example], questions, answered))
    return Material(labels, items)

"""Examples that another model marks: what a large teacher knows, on products that nobody labelled (self-training).

Hinton, Vinyals and Dean (2015), "Distilling the knowledge in a neural network", for spans.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.extraction.spans.decoding import candidates
from kg.extraction.spans.examples import Example
from kg.extraction.spans.files import ASKED
from kg.extraction.spans.pieces import encode
from kg.extraction.spans.reader import load_reader
from kg.training.parting import plain
from kg.training.texts import read_texts
from shelfgraph.errors import InvalidRequestError, SetupError

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from pathlib import Path

    from kg.extraction.spans.pieces import Pieces

_BATCH: Final = 256  # windows that are scored at a time


def taught(  # noqa: PLR0913 - who teaches whom, what, and on what
    unlabelled: Path,
    teacher: Path,
    pieces: Pieces,
    labels: Sequence[str],
    *,
    marked: Container[str],
    device: str = "cpu",
) -> tuple[list[Example], int]:
    """The texts of ``unlabelled`` (rows with ``text``), marked by the model in ``teacher`` with its probabilities.

    Args:
        unlabelled: the rows.
        teacher: a model's folder.
        pieces: the pupil's vocabulary.
        labels: the pupil's.
        marked: plain texts that are left out. The teacher may have learnt what is marked in them, and would tell it to
            a pupil that is to be measured on them.
        device: a torch device.

    Returns:
        The examples, and how many texts were left out.

    Raises:
        InvalidRequestError: the file is no JSON lines (``evaluation.…``), or none has a text that is not ``marked``
            (``training.too_few_rows``).
        SetupError: there is no whole model (``setup.relation_model_broken``), or its labels are not ``labels``
            (``setup.teacher_of_other_labels``).
    """
    reader = load_reader(teacher, device=device)
    if reader.config.labels != tuple(labels) or reader.config.protocol == "attributes":
        raise SetupError(
            "setup.teacher_of_other_labels",
            f"The model in {teacher} cannot teach this one: it marks other labels, or attributes, which are asked for.",
            help="Train the teacher with the same --protocol, spans or entities, and the same labels.",
        )
    read = read_texts(unlabelled, _Longer(pieces, reader.pieces))
    known = {text for text, _ in read if plain(text) in marked}
    chosen = [(text, window) for text, window in read if text not in known]
    if not chosen:
        raise InvalidRequestError(
            "training.too_few_rows",
            f"All texts of {unlabelled.name} are those of marked rows.",
            help="Give products that nobody labelled.",
        )
    stated = frozenset(index for index, label in enumerate(labels) if label != ASKED)
    examples = []
    for start in range(0, len(chosen), _BATCH):
        batch = chosen[start : start + _BATCH]
        scored = reader.scorer.cells([encode(window.words, reader.pieces) for _, window in batch])
        for (text, window), cells in zip(batch, scored, strict=True):
            example = Example(encode(window.words, pieces), text, stated, repeated=window.repeated)
            for one in candidates(cells, example.lines(), labels=stated):
                cell = (one.first, one.last - one.first, one.label)
                example.marked[cell] = one.score
                example.denied[cell] = one.denied
            examples.append(example)
    return examples, len(known)


class _Longer:
    """Two vocabularies in one, whose words have the pieces of the one that needs more: what fits it, fits both."""

    start = separator = padding = mask = 0  # texts are cut by it, not encoded

    def __init__(self, *vocabularies: Pieces) -> None:
        self._vocabularies = vocabularies

    def of(self, word: str) -> list[int]:
        """The pieces of ``word``, at least one."""
        return max((one.of(word) for one in self._vocabularies), key=len)

"""Examples that another model marks: what a large teacher knows, on products that nobody labelled (self-training).

Hinton, Vinyals and Dean (2015), "Distilling the knowledge in a neural network", for spans.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.extraction.spans.examples import Example
from kg.extraction.spans.files import ASKED
from kg.extraction.spans.pieces import encode
from kg.extraction.spans.reader import load_reader
from kg.training.texts import read_texts
from shelfgraph.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kg.extraction.spans.pieces import Pieces


def taught(
    unlabelled: Path, teacher: Path, pieces: Pieces, labels: Sequence[str], *, device: str = "cpu"
) -> list[Example]:
    """The texts of ``unlabelled`` (rows with ``text``), marked by the model in ``teacher`` with its probabilities.

    Raises:
        InvalidRequestError: the file is no JSON lines (``evaluation.…``), or none has a text
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
    stated = frozenset(index for index, label in enumerate(labels) if label != ASKED)
    examples = []
    for text, window in read_texts(unlabelled, pieces):
        example = Example(encode(window.words, pieces), text, stated, repeated=window.repeated)
        for one in reader.candidates(window):
            cell = (one.first, one.last - one.first, one.label)
            example.marked[cell] = one.score
            example.denied[cell] = one.denied
        examples.append(example)
    return examples

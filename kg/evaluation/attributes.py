"""Scores a reader of attributes by name, as ExtractGPT and WDC PAVE count.

Only the attributes that a row asks for count. NN: absent and said absent. NV: absent, but a value given. VN: a value
there, but none given. VC: one of the accepted values given, equal character for character after outer spaces are cut.
VW: another value. Precision is VC / (NV + VC + VW), recall VC / (VN + VC + VW).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.evaluation.reading import check_target, fault, read_rows, write_rows
from kg.evaluation.scores import score
from kg.extraction.asking import AskedAttribute

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from kg.evaluation.reading import Row
    from kg.extraction.asking import AttributeReader

ABSENT: Final = "n/a"
_BATCH: Final = 256


@dataclass(frozen=True, slots=True)
class AttributeRow:
    """A text and what it says: the accepted values of each attribute that is asked for.

    "n/a" is the only accepted value of an absent attribute.
    """

    text: str
    category: str
    accepted: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class AttributeScore:
    """The counts of one attribute, or of all together, and what they come to."""

    nn: int
    nv: int
    vn: int
    vc: int
    vw: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class AttributeReport:
    """What an evaluation found: ``micro`` over all questions, ``attributes`` by name, whatever the category."""

    rows: int
    micro: AttributeScore
    attributes: Mapping[str, AttributeScore]


def evaluate_attributes(
    path: Path,
    reader: AttributeReader,
    predictions_out: Path | None = None,
    *,
    on_progress: Callable[[int, int], None] | None = None,
) -> AttributeReport:
    """Ask ``reader`` for every attribute that the rows of ``path`` ask for, and score its answers.

    Args:
        path: rows as :func:`read_attributes` takes them.
        reader: what is measured.
        predictions_out: where to write ``{attribute: value or null}``, a line for each row.
        on_progress: called with the rows done and all of them.

    Raises:
        InvalidRequestError: the data is not of that form, or nothing can be written there (``evaluation.…``).
    """
    rows = list(read_attributes(path))
    if predictions_out is not None:
        check_target(predictions_out, path)
    predicted: list[dict[str, str | None]] = []
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        asked = [AskedAttribute(row.text, attribute, row.category) for row in batch for attribute in row.accepted]
        sheets: list[dict[str, str | None]] = [{} for _ in batch]
        owners = [sheet for row, sheet in zip(batch, sheets, strict=True) for _ in row.accepted]
        for sheet, one, answer in zip(owners, asked, reader.values(asked), strict=True):
            sheet[one.attribute] = None if answer is None else answer.value
        predicted += sheets
        if on_progress is not None:
            on_progress(start + len(batch), len(rows))
    if predictions_out is not None:
        write_rows(predictions_out, predicted)
    return score_attributes(rows, predicted)


def score_attributes(rows: Sequence[AttributeRow], predicted: Sequence[Mapping[str, str | None]]) -> AttributeReport:
    """Score one answer sheet for each row; an attribute without an answer counts as said absent."""
    counts: dict[str, Counter[str]] = {}
    for row, values in zip(rows, predicted, strict=True):
        for attribute, accepted in row.accepted.items():
            counts.setdefault(attribute, Counter())[_outcome(accepted, values.get(attribute))] += 1
    return AttributeReport(
        rows=len(rows),
        micro=_score(sum(counts.values(), Counter())),
        attributes={attribute: _score(counts[attribute]) for attribute in sorted(counts)},
    )


def read_attributes(path: Path) -> Iterator[AttributeRow]:
    """The rows of a file of marked attributes.

    A row has ``category``, ``target_scores`` (``{attribute: {accepted value or "n/a": …}}``), and either ``input`` or
    ``input_title`` and ``input_description``, which become one text of two lines.

    Raises:
        InvalidRequestError: a row is not of that form (``evaluation.row_invalid``), or the file is faulty.
    """
    for number, row in read_rows(path):
        text, asked = _text(row), row.get("target_scores")
        valid = isinstance(asked, dict) and all(isinstance(values, dict) and values for values in asked.values())
        if text is None or not isinstance(row.get("category", ""), str) or not valid:
            raise fault(
                "evaluation.row_invalid",
                path,
                number,
                "asks for no attributes",
                help="Each line needs input (or input_title and input_description), category, and target_scores: "
                '{attribute: {value: 1}}, with "n/a" for the value of an absent one.',
            )
        accepted = {name: frozenset(value.strip() for value in values) for name, values in row["target_scores"].items()}
        yield AttributeRow(text, row.get("category", ""), accepted)


def _text(row: Row) -> str | None:
    if isinstance(row.get("input"), str):
        return str(row["input"])
    title, description = row.get("input_title"), row.get("input_description") or ""
    return f"{title}\n{description}" if isinstance(title, str) and isinstance(description, str) else None


def _outcome(accepted: frozenset[str], value: str | None) -> str:
    said = None if value in {None, "", ABSENT} else str(value).strip()
    if accepted == {ABSENT}:
        return "nn" if said is None else "nv"
    if said is None:
        return "vn"
    return "vc" if said in accepted else "vw"


def _score(counts: Counter[str]) -> AttributeScore:
    nn, nv, vn, vc, vw = (counts[name] for name in ("nn", "nv", "vn", "vc", "vw"))
    found = score(vc, found=nv + vc + vw, marked=vn + vc + vw)
    return AttributeScore(nn, nv, vn, vc, vw, found.precision, found.recall, found.f1)

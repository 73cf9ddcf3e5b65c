"""Scores an extractor against hand-marked relations.

A value is right when its text (lower-case, outer spaces cut), relation and polarity are marked for the product; each
product is a set. In the overlap score a prediction is right when a marked value of the same relation and polarity
contains it or is contained in it, and a marked value is found likewise. The calibration error has 15 equal-width bins
over the predictions with a confidence from 0.05 up.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from kg.model import Product
from shelfgraph.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from kg.extraction import Extractor

_BINS: Final = 15
_LEAST_CONFIDENCE: Final = 0.05
_BATCH: Final = 256

Row = dict[str, Any]
_Value = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class RelationScore:
    """Exact scores of one relation; ``marked`` is how many values the data has."""

    precision: float
    recall: float
    f1: float
    marked: int


@dataclass(frozen=True, slots=True)
class RelationReport:
    """What an evaluation found; ``calibration_error`` is None where nothing carries a confidence."""

    products: int
    missing: int
    relations: Mapping[str, RelationScore]
    exact: RelationScore
    overlap: float
    negated: RelationScore
    calibration_error: float | None
    rated: int


def evaluate_relations(path: Path, extractor: Extractor, predictions_out: Path | None = None) -> RelationReport:
    """Run ``extractor`` on the texts of ``path`` and score what it reads.

    Args:
        path: JSON lines ``{id, text, relations: [{relation, polarity, value}]}``; the first line of a text is the
            title, each further one a bullet.
        extractor: what is measured.
        predictions_out: where to write ``{id, relations: [{relation, polarity, value, confidence, start, end}]}``.

    Raises:
        InvalidRequestError: a row is not of that form (``evaluation.row_invalid``).
    """
    rows = list(read_labelled(path))
    predicted: dict[str, list[Row]] = {}
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        found = extractor.mentions([_product(row) for row in batch])
        for row, mentions in zip(batch, found, strict=True):
            offsets = _line_starts(row["text"])
            predicted[row["id"]] = [
                {
                    "relation": mention.relation,
                    "polarity": mention.polarity,
                    "value": mention.text,
                    "confidence": mention.confidence,
                    "start": offsets[mention.field] + mention.start,
                    "end": offsets[mention.field] + mention.end,
                }
                for mention in mentions
            ]
    if predictions_out is not None:
        lines = (orjson.dumps({"id": name, "relations": relations}) + b"\n" for name, relations in predicted.items())
        predictions_out.write_bytes(b"".join(lines))
    return score_relations({row["id"]: row["relations"] for row in rows}, predicted)


def score_relations(marked: Mapping[str, Sequence[Row]], predicted: Mapping[str, Sequence[Row]]) -> RelationReport:
    """Score predictions by product id; a product without predictions counts as empty."""
    tally: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    near_predicted = near_marked = all_predicted = all_marked = 0
    bins: dict[int, list[float]] = defaultdict(lambda: [0, 0, 0.0])
    for name, relations in marked.items():
        gold = {_value(one) for one in relations}
        rows = predicted.get(name, ())
        kept = {_value(one) for one in rows if one.get("kept", True)}
        for values, slot in ((kept & gold, 0), (kept - gold, 1), (gold - kept, 2)):
            for value in values:
                for group in ("all", value[1], value[2]):
                    tally[group][slot] += 1
        near_predicted += sum(any(_near(one, other) for other in gold) for one in kept)
        near_marked += sum(any(_near(one, other) for other in kept) for one in gold)
        all_predicted += len(kept)
        all_marked += len(gold)
        for one in rows:
            confidence = one.get("confidence")
            if confidence is not None and confidence >= _LEAST_CONFIDENCE:
                slot_values = bins[min(int(confidence * _BINS), _BINS - 1)]
                slot_values[0] += 1
                slot_values[1] += _value(one) in gold
                slot_values[2] += confidence
    precision, recall = near_predicted / max(all_predicted, 1), near_marked / max(all_marked, 1)
    rated = int(sum(one[0] for one in bins.values()))
    return RelationReport(
        products=len(marked),
        missing=len(marked.keys() - predicted.keys()),
        relations={name: _score(tally[name]) for name in sorted(tally) if name.isupper()},
        exact=_score(tally["all"]),
        overlap=2 * precision * recall / (precision + recall) if precision + recall else 0.0,
        negated=_score(tally["negated"]),
        calibration_error=sum(abs(one[1] - one[2]) for one in bins.values()) / rated if rated else None,
        rated=rated,
    )


def read_labelled(path: Path) -> Iterator[Row]:
    """The rows of a file of marked texts.

    Raises:
        InvalidRequestError: a row is not JSON, or lacks ``id``, ``text`` or ``relations`` (``evaluation.row_invalid``).
    """
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = orjson.loads(line)
                valid = isinstance(row["id"], str) and isinstance(row["text"], str) and _are_relations(row["relations"])
            except (orjson.JSONDecodeError, KeyError, TypeError):
                valid = False
            if not valid:
                raise InvalidRequestError(
                    "evaluation.row_invalid",
                    f"Line {number} of {path.name} is no marked text.",
                    help="Each line needs id, text and relations, each of those relation, polarity and value.",
                    line=number,
                )
            yield row


def _are_relations(relations: Iterable[Row]) -> bool:
    return all(isinstance(one[name], str) for one in relations for name in ("relation", "polarity", "value"))


def _product(row: Row) -> Product:
    title, *bullets = row["text"].split("\n")
    # Marked texts do not name their language; the two that are marked differ in script.
    chinese = sum("\u4e00" <= character <= "\u9fff" for character in row["text"]) > len(row["text"]) / 5
    return Product(product_id=row["id"], title=title, bullets=tuple(bullets), language="zh" if chinese else "en")


def _line_starts(text: str) -> dict[str, int]:
    starts, position = {}, 0
    for number, line in enumerate(text.split("\n")):
        starts[f"bullets[{number - 1}]" if number else "title"] = position
        position += len(line) + 1
    return starts


def _value(one: Row) -> _Value:
    return one["value"].strip().lower(), one["relation"], one["polarity"]


def _near(one: _Value, other: _Value) -> bool:
    return one[1:] == other[1:] and (one[0] in other[0] or other[0] in one[0])


def _score(tally: Sequence[int]) -> RelationScore:
    right, wrong, missed = tally
    return RelationScore(
        precision=right / (right + wrong) if right else 0.0,
        recall=right / (right + missed) if right else 0.0,
        f1=2 * right / (2 * right + wrong + missed) if right else 0.0,
        marked=right + missed,
    )

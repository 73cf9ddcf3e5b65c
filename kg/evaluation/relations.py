"""Scores an extractor against hand-marked relations.

A value is right when its text (lower-case, outer spaces cut), relation and polarity are marked for the product; each
product is a set. In the overlap score a prediction is right when a marked value of the same relation and polarity
contains it or is contained in it, and a marked value is found likewise. The calibration error has 15 equal-width bins
over the predictions with a confidence from 0.05 up.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from kg.catalog import detect_language
from kg.catalog.values import read_language
from kg.evaluation.labels import read_labelled
from kg.evaluation.reading import check_target, quoted, write_rows
from kg.evaluation.scores import Score, Tally
from kg.model import Product
from shelfgraph.errors import InvalidRequestError, RowError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from kg.evaluation.reading import Row
    from kg.extraction import Extractor

_BINS: Final = 15
_LEAST_CONFIDENCE: Final = 0.05
_BATCH: Final = 256

_Value = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class RelationReport:
    """What an evaluation found.

    ``calibration_error`` is None where nothing carries a confidence. ``versions`` names what read the texts, by their
    language: where a model serves one language only, the packaged one answers in the other.
    """

    products: int
    missing: int
    relations: Mapping[str, Score]
    exact: Score
    overlap: float
    negated: Score
    calibration_error: float | None
    rated: int
    versions: Mapping[str, str] = field(default_factory=dict)


def evaluate_relations(
    path: Path,
    extractor: Extractor,
    predictions_out: Path | None = None,
    *,
    language: str | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> RelationReport:
    """Run ``extractor`` on the texts of ``path`` and score what it reads.

    Args:
        path: marked products, as :func:`read_labelled` takes them; the first line of a text is the title, each further
            one a bullet.
        extractor: what is measured.
        predictions_out: where to write ``{id, text, relations: [{relation, polarity, value, confidence, kept, start,
            end}]}``: all that the extractor holds possible, ``kept`` where it is sure enough for a fact. As in labels,
            a value stands once for each relation and polarity: where the extractor is surest of it.
        language: of all texts, whatever their rows say (ISO 639-1); None: what the row names in ``language``, else what
            an import would find.
        on_progress: called with the products done and all of them.

    Raises:
        InvalidRequestError: the data is not of that form, or nothing can be written there (``evaluation.…``).
    """
    rows = list(read_labelled(path))
    if predictions_out is not None:
        check_target(predictions_out, path)
    products = [_product(row, language) for row in rows]
    predicted: dict[str, list[Row]] = {}
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        found = extractor.rated(products[start : start + _BATCH])
        for row, rated in zip(batch, found, strict=True):
            offsets = _line_starts(row["text"])
            predicted[row["id"]] = _clearest(
                {
                    "relation": one.mention.relation,
                    "polarity": one.mention.polarity,
                    "value": one.mention.text,
                    "confidence": float(one.mention.confidence),
                    "kept": bool(one.kept),
                    "start": offsets[one.mention.field] + one.mention.start,
                    "end": offsets[one.mention.field] + one.mention.end,
                }
                for one in rated
            )
        if on_progress is not None:
            on_progress(start + len(batch), len(rows))
    if predictions_out is not None:
        written = ({"id": row["id"], "text": row["text"], "relations": predicted[row["id"]]} for row in rows)
        write_rows(predictions_out, written)
    report = score_relations({row["id"]: row["relations"] for row in rows}, predicted)
    read = sorted({product.language for product in products})
    return replace(report, versions={one: extractor.version_for(one) for one in read})


def score_relations(marked: Mapping[str, Sequence[Row]], predicted: Mapping[str, Sequence[Row]]) -> RelationReport:
    """Score predictions by product id; a product without predictions counts as empty."""
    tally, relations = Tally(), set()
    near_predicted = near_marked = 0
    bins: dict[int, list[float]] = defaultdict(lambda: [0, 0, 0.0])
    for name, labels in marked.items():
        gold = {_value(one) for one in labels}
        rows = predicted.get(name, ())
        kept = {_value(one) for one in rows if one.get("kept", True)}
        tally.add("all", found=kept, marked=gold)
        for slot in (1, 2):
            for group in {value[slot] for value in kept | gold}:
                tally.add(
                    group,
                    found={value for value in kept if value[slot] == group},
                    marked={value for value in gold if value[slot] == group},
                )
        relations |= {value[1] for value in kept | gold}
        near_predicted += sum(any(_near(one, other) for other in gold) for one in kept)
        near_marked += sum(any(_near(one, other) for other in kept) for one in gold)
        for one in rows:
            confidence = one.get("confidence")
            if confidence is not None and confidence >= _LEAST_CONFIDENCE:
                inside = bins[min(int(confidence * _BINS), _BINS - 1)]
                inside[0] += 1
                inside[1] += _value(one) in gold
                inside[2] += confidence
    rated = int(sum(one[0] for one in bins.values()))
    precision = near_predicted / max(tally.found("all"), 1)
    recall = near_marked / max(tally.score("all").marked, 1)
    return RelationReport(
        products=len(marked),
        missing=len(marked.keys() - predicted.keys()),
        relations={name: tally.score(name) for name in sorted(relations)},
        exact=tally.score("all"),
        overlap=2 * precision * recall / (precision + recall) if precision + recall else 0.0,
        negated=tally.score("negated"),
        calibration_error=sum(abs(one[1] - one[2]) for one in bins.values()) / rated if rated else None,
        rated=rated,
    )


def _product(row: Row, language: str | None) -> Product:
    title, *bullets = row["text"].split("\n")
    try:
        chosen = language or read_language(row) or detect_language(title, *bullets)
    except RowError as error:
        raise InvalidRequestError(
            "evaluation.row_invalid",
            f"The row with the id {quoted(row['id'])} has a language that cannot be read: {error}",
            help="language is an ISO 639 code, as en or zh; leave it out where the text tells.",
        ) from error
    return Product(product_id=row["id"], title=title, bullets=tuple(bullets), language=chosen)


def _line_starts(text: str) -> dict[str, int]:
    starts, position = {}, 0
    for number, line in enumerate(text.split("\n")):
        starts[f"bullets[{number - 1}]" if number else "title"] = position
        position += len(line) + 1
    return starts


def _clearest(rows: Iterable[Row]) -> list[Row]:
    """Each value at its surest mention, the first of several; those that become facts come before all others."""
    rising = sorted(rows, key=lambda one: (one["kept"], one["confidence"], -one["start"]))
    best = {_value(one): one for one in rising}
    return sorted(best.values(), key=lambda one: (one["start"], one["end"]))


def _value(one: Row) -> _Value:
    return one["value"].strip().lower(), one["relation"], one["polarity"]


def _near(one: _Value, other: _Value) -> bool:
    return one[1:] == other[1:] and (one[0] in other[0] or other[0] in one[0])

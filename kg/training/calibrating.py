"""How far a network's scores can be trusted, learnt from texts it was not fitted to."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from kg.extraction.spans.decoding import Calibration
from kg.extraction.spans.files import ASKED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FEWEST: Final = 25  # candidates of a label; with fewer it shares what all labels have
_THRESHOLDS: Final = tuple(step / 100 for step in range(15, 81))
_STRENGTH: Final = 20.0  # right candidates that the common threshold counts for beside a label's own


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate of a text the network had not seen.

    Args:
        label: what it was taken for.
        score: the network's probability of the label with these borders.
        stated: whether they are marked, whatever the polarity.
        right: whether they are marked with the polarity that the network finds likelier.
        polarity: the network's probability of that polarity; an answer to a question has none.
    """

    label: str
    score: float
    stated: bool
    right: bool
    polarity: float = 1.0


def calibrate(judged: Sequence[Judged], marked: Mapping[str, int], *, labels: Sequence[str] = ()) -> Calibration:
    """Slope and shifts by logistic regression, then the threshold of each label that gives the best F1.

    The curve says how likely label and borders are. A reader multiplies that by the polarity's probability, and the
    thresholds are for the product. Fewer than 25 candidates teach nothing: scores stay as they are, and the usual
    threshold holds.

    Args:
        judged: the candidates.
        marked: how many values of each label there were to find.
        labels: all there are; one without a candidate shares what all have.
    """
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]  # noqa: PLC0415 - only training needs it

    stated = np.array([one.stated for one in judged])
    if len(judged) < _FEWEST or len(set(stated.tolist())) < 2:  # noqa: PLR2004 - nothing to learn where all are right, or none
        return Calibration()
    counts: dict[str, int] = defaultdict(int)
    for one in judged:
        counts[one.label] += 1
    frequent = sorted(label for label, count in counts.items() if count >= _FEWEST)
    columns = [[_logit(one.score), *(float(one.label == label) for label in frequent)] for one in judged]
    model = LogisticRegression(C=1.0, max_iter=1000).fit(np.array(columns), stated)
    slope, *shifts = (float(weight) for weight in model.coef_[0])
    intercept = float(model.intercept_[0])
    known = {label: round(intercept + shift, 4) for label, shift in zip(frequent, shifts, strict=True)}
    for label in (*counts, *labels):
        known.setdefault(label, round(intercept, 4))
    calibration = Calibration(slope=round(slope, 4), shifts=known)
    rated = [(one.label, _confidence(one, calibration), one.right) for one in judged]
    # Answers to questions are of another kind, and would draw the threshold of all labels to theirs.
    unasked = [one for one in rated if one[0] != ASKED] or rated
    common = _best(unasked, sum(count for label, count in marked.items() if label != ASKED or unasked is rated), {})
    thresholds = {
        label: _best([one for one in rated if one[0] == label], marked.get(label, 0), {"at": common})
        for label in sorted(counts)
    }
    return Calibration(calibration.slope, calibration.shifts, thresholds, default_threshold=common)


def kept_f1(judged: Sequence[Judged], marked: Mapping[str, int], calibration: Calibration) -> float:
    """F1 of what a reader with this calibration keeps."""
    return _f1([one for one in judged if calibration.keeps(one.label, _confidence(one, calibration))], marked)


def best_f1(judged: Sequence[Judged], marked: Mapping[str, int]) -> float:
    """F1 of scores as they are, at the threshold that suits them best."""
    thresholds = [step / 20 for step in range(4, 15)]
    return max(_f1([one for one in judged if one.score * one.polarity >= least], marked) for least in thresholds)


def _f1(kept: Sequence[Judged], marked: Mapping[str, int]) -> float:
    """Of the labels themselves; of answers to questions where nothing else is marked."""
    counted = {label for label in marked if label != ASKED and marked[label]} or {ASKED}
    right = [one.right for one in kept if (one.label == ASKED) == (ASKED in counted)]
    return 2 * sum(right) / max(len(right) + sum(marked[label] for label in counted), 1)


def _confidence(one: Judged, calibration: Calibration) -> float:
    """As a reader has it: of label, borders and polarity."""
    return round(calibration.confidence(one.label, one.score) * one.polarity, 4)


def _best(rated: Sequence[tuple[str, float, bool]], marked: int, prior: Mapping[str, float]) -> float:
    """The threshold with the best F1, drawn to the common one where there are few candidates."""
    best, score = prior.get("at", 0.4), -1.0
    for threshold in _THRESHOLDS:
        kept = [right for _, confidence, right in rated if confidence >= threshold]
        f1 = 2 * sum(kept) / max(len(kept) + marked, 1)
        f1 -= abs(threshold - prior["at"]) * _STRENGTH / (_STRENGTH + marked) if prior else 0.0
        if f1 > score:
            best, score = threshold, f1
    return best


def _logit(score: float) -> float:
    bounded = min(max(score, 1e-6), 1 - 1e-6)
    return math.log(bounded / (1 - bounded))

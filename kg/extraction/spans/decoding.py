"""From the scores of all spans to what a text states: one span a place and label, polarity, calibrated confidence."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from kg.model import Polarity

LEAST_CONFIDENCE: Final = 0.05
_LEAST_SCORE: Final = 0.005  # of a cell that is looked at; what has less is far below a confidence of 0.05
_ROUNDED: Final = 1e-4  # a confidence is rounded by less
LEAST_LOGIT: Final = math.log(_LEAST_SCORE / (1 - _LEAST_SCORE))


@dataclass(frozen=True, slots=True)
class Cells:
    """Those spans of one text whose score is not negligible, an entry a span and label.

    Args:
        places: first word, further words, label (cells, 3).
        scores: logits (cells,).
        denied: logits of being denied (cells,).
    """

    places: NDArray[np.int64]
    scores: NDArray[np.float32]
    denied: NDArray[np.float32]

    @classmethod
    def of(cls, scores: NDArray[np.float32], denied: NDArray[np.float32]) -> Cells:
        """From the logits of all spans: (words, widths, labels) both."""
        places = np.argwhere(scores > LEAST_LOGIT)
        first, extra, label = places.T
        return cls(places, scores[first, extra, label], denied[first, extra, label])

    def above(self, least: NDArray[np.float64]) -> Cells:
        """Those whose score reaches the least one of their label (labels,)."""
        kept = self.scores >= least[self.places[:, 2]]
        return Cells(self.places[kept], self.scores[kept], self.denied[kept])


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span (words ``first`` to ``last``, inclusive) that may carry ``label``.

    Args:
        score: probability that it does, as the network has it.
        denied: probability that the text denies it, given that it does.
    """

    first: int
    last: int
    label: int
    score: float
    denied: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Turns scores into the share of such spans that are right: a logistic curve, with a shift for each label.

    Args:
        slope: weight of the score's log-odds.
        shifts: what each label adds.
        thresholds: least confidence with which a span of each label is kept.
    """

    slope: float = 1.0
    shifts: Mapping[str, float] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)
    default_threshold: float = 0.4

    def confidence(self, label: str, score: float, *, agreement: float = 0.0) -> float:
        """The probability that a span of ``label`` with this score is right, to 4 digits.

        ``agreement`` is what else speaks for the span, in log-odds.
        """
        bounded = min(max(score, 1e-6), 1 - 1e-6)
        logit = self.slope * math.log(bounded / (1 - bounded)) + self.shifts.get(label, 0.0) + agreement
        return round(1 / (1 + math.exp(-logit)), 4)

    def least_logit(self, label: str) -> float:
        """A logit below which no span of ``label`` has a confidence of ``LEAST_CONFIDENCE``."""
        if self.slope <= 0:
            return -math.inf
        reached = LEAST_CONFIDENCE - _ROUNDED
        return (math.log(reached / (1 - reached)) - self.shifts.get(label, 0.0)) / self.slope

    def keeps(self, label: str, confidence: float) -> bool:
        """Whether a span is sure enough to be stated."""
        return confidence >= self.thresholds.get(label, self.default_threshold)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text states in ``text[start:end]`` (code points, half-open).

    Args:
        label: the relation, or whatever the model's labels are.
        polarity: ``negated`` where the text denies it.
        confidence: probability that label, polarity and borders are all right.
        kept: whether that is sure enough to be stated.
    """

    label: str
    polarity: Polarity
    start: int
    end: int
    confidence: float
    kept: bool


def candidates(cells: Cells, lines: Sequence[int], *, labels: Iterable[int]) -> list[Candidate]:
    """Spans within one line, in the order they stand; of overlapping ones of one label the best stays.

    Args:
        cells: what may be stated.
        lines: the line of each word, -1 for words that are not to be read (line breaks, repeated titles).
        labels: which labels to look at.
    """
    chosen = frozenset(labels)
    best_first = np.argsort(-cells.scores, kind="stable")
    firsts, extras, kinds = cells.places[best_first].T.tolist()
    scores, refusals = cells.scores[best_first].tolist(), cells.denied[best_first].tolist()
    taken: dict[int, list[tuple[int, int]]] = defaultdict(list)
    kept = []
    for first, extra, label, score, denied in zip(firsts, extras, kinds, scores, refusals, strict=True):
        last = first + extra
        if label not in chosen or last >= len(lines) or not lines[first] == lines[last] >= 0:
            continue
        others = taken[label]
        for begin, end in others:
            if first <= end and begin <= last:
                break
        else:
            others.append((first, last))
            kept.append(Candidate(first, last, label, _probability(score), _probability(denied)))
    return sorted(kept, key=lambda one: (one.first, one.last, one.label))


def _probability(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))

"""Fuses the signals of candidates into one score.

Measured with benchmarks/search_quality.py (NDCG@10 over 50 real queries): the weighted sum of the lexical score and
the similarity, each relative to the best candidate's, ranks like reciprocal rank fusion and explains itself, because
each signal's share is its weight times its value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

Method = Literal["weighted", "rrf", "lexical", "vector"]
METHODS: Final[tuple[Method, ...]] = get_args(Method)
_RRF_CONSTANT: Final = 60


@dataclass(frozen=True, slots=True)
class Weights:
    """What each signal counts.

    Attributes:
        lexical: BM25 relative to the best candidate's.
        vector: cosine similarity relative to the best candidate's.
        entities: share of the entities the query names that the product has.
        denies: the product says it has not what is unwanted.
        has_in_title: its title names what is unwanted.
        has: its text names what is unwanted.
        popularity: reviews and rating, from 0 to 1.
        identifier: the query is the product's id or article number.
    """

    lexical: float = 0.65
    vector: float = 0.35
    entities: float = 0.03
    denies: float = 0.1
    has_in_title: float = -0.1
    has: float = -0.05
    popularity: float = 0.01
    identifier: float = 1.0


WEIGHTS: Final = Weights()


def fuse(
    signals: Mapping[str, NDArray[np.float64]], *, weights: Weights = WEIGHTS, method: Method = "weighted"
) -> NDArray[np.float64]:
    """The score of each candidate from its signals, which carry the names of `Weights`."""
    lexical, vector = relative(signals["lexical"]), relative(signals["vector"])
    if method == "lexical":
        return lexical
    if method == "vector":
        return vector
    if method == "rrf":
        score = weights.lexical * _reciprocal(lexical) + weights.vector * _reciprocal(vector)
    else:
        score = weights.lexical * lexical + weights.vector * vector
    for name, values in signals.items():
        if name not in {"lexical", "vector"}:
            score = score + getattr(weights, name) * values
    return score


def share(signals: Mapping[str, NDArray[np.float64]], at: int, *, weights: Weights = WEIGHTS) -> dict[str, float]:
    """What each signal adds to the score of the candidate at a position; signals that add nothing are left out."""
    shares = {
        name: getattr(weights, name) * float((relative(values) if name in {"lexical", "vector"} else values)[at])
        for name, values in signals.items()
    }
    return {name: round(value, 6) for name, value in shares.items() if value}


def relative(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The values divided by the largest, nothing below zero."""
    best = values.max(initial=0.0)
    return np.clip(values, 0.0, None) / best if best > 0 else np.zeros(len(values))


def _reciprocal(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Reciprocal rank, scaled so that the first has 1; what has no value has nothing."""
    ranks = np.empty(len(values))
    ranks[np.argsort(-values, kind="stable")] = np.arange(len(values))
    return np.where(values > 0, _RRF_CONSTANT / (_RRF_CONSTANT + ranks), 0.0)

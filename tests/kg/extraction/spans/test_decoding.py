from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kg.extraction.spans.decoding import LEAST_CONFIDENCE, Calibration, Cells, candidates


def _scores(cells: dict[tuple[int, int, int], float], *, words: int = 5, widths: int = 3) -> np.ndarray:
    scores = np.full((words, widths, 2), -9.0, np.float32)
    for cell, logit in cells.items():
        scores[cell] = logit
    return scores


def _found(cells: dict[tuple[int, int, int], float], lines: list[int]) -> set[tuple[int, int, int]]:
    denied = np.full((5, 3, 2), -9.0, np.float32)
    known = Cells.of(_scores(cells), denied)
    return {(one.first, one.last, one.label) for one in candidates(known, lines, labels=range(2))}


def test_of_overlapping_spans_of_one_label_the_best_stays() -> None:
    assert _found({(0, 1, 0): 2.0, (1, 1, 0): 1.0, (3, 0, 0): 0.5}, [0] * 5) == {(0, 1, 0), (3, 3, 0)}


def test_spans_of_different_labels_may_overlap() -> None:
    assert _found({(0, 1, 0): 2.0, (1, 0, 1): 1.0}, [0] * 5) == {(0, 1, 0), (1, 1, 1)}


def test_no_span_crosses_a_line_or_reads_what_is_not_to_be_read() -> None:
    assert _found({(1, 1, 0): 3.0, (3, 0, 1): 3.0, (4, 2, 0): 3.0}, [0, 0, 1, -1, 1]) == set()


def test_what_is_hardly_likely_is_no_candidate() -> None:
    assert _found({(0, 0, 0): -5.5, (1, 0, 0): -5.0}, [0] * 5) == {(1, 1, 0)}


def test_confidence_grows_with_the_score_and_shifts_with_the_label() -> None:
    calibration = Calibration(slope=0.8, shifts={"A": 1.0}, thresholds={"A": 0.7}, default_threshold=0.4)
    assert calibration.confidence("A", 0.5) > calibration.confidence("B", 0.5) == 0.5
    assert calibration.confidence("B", 0.2) < calibration.confidence("B", 0.3)
    assert calibration.keeps("A", 0.7)
    assert not calibration.keeps("A", 0.69)
    assert calibration.keeps("B", 0.4)


@given(
    slope=st.floats(0.2, 3), shift=st.floats(-3, 3), logits=st.lists(st.floats(-8, 8, width=32), min_size=1)
)  # fmt: skip
def test_nothing_that_is_likely_enough_lies_below_the_least_logit(
    slope: float, shift: float, logits: list[float]
) -> None:
    calibration = Calibration(slope=slope, shifts={"A": shift})
    cells = Cells(
        np.array([(place, 0, 0) for place in range(len(logits))]), np.array(logits, np.float32), np.zeros(len(logits))
    )
    left = cells.above(np.array([calibration.least_logit("A")])).places[:, 0].tolist()
    sure = [calibration.confidence("A", 1 / (1 + np.exp(-logit))) >= LEAST_CONFIDENCE for logit in logits]
    assert {place for place, enough in enumerate(sure) if enough} <= set(left)
    assert len(left) <= sum(sure) + sum(abs(slope * logit + shift + 2.944) < 0.01 for logit in logits)

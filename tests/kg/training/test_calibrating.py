from __future__ import annotations

from kg.extraction.spans.decoding import Calibration
from kg.training.calibrating import Judged, calibrate


def _judged(count: int) -> list[Judged]:
    return [Judged("A", score, score > 0.3) for score in (0.1, 0.2, 0.4, 0.8) for _ in range(count)]


def test_a_few_candidates_teach_nothing() -> None:
    assert calibrate(_judged(5), {"A": 10}) == Calibration()


def test_the_threshold_lies_between_right_and_wrong() -> None:
    learnt = calibrate(_judged(20), {"A": 40})
    kept = [learnt.keeps("A", learnt.confidence("A", score)) for score in (0.1, 0.2, 0.4, 0.8)]
    assert kept == [False, False, True, True]

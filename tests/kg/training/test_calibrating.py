from __future__ import annotations

import pytest

from kg.extraction.spans.decoding import Calibration
from kg.training.calibrating import Judged, best_f1, calibrate, kept_f1


def _judged(count: int) -> list[Judged]:
    return [
        Judged("A", score, stated=score > 0.3, right=score > 0.3)
        for score in (0.1, 0.2, 0.4, 0.8) for _ in range(count)
    ]  # fmt: skip


def _of_unsure_polarity(count: int) -> list[Judged]:
    """As `_judged`, but half of what is stated has a polarity that is as good as a guess, and wrong."""
    unsure = [Judged("A", one.score, one.stated, right=False, polarity=0.5) for one in _judged(count) if one.stated]
    return [*_judged(count), *unsure]


def test_a_few_candidates_teach_nothing() -> None:
    assert calibrate(_judged(5), {"A": 10}) == Calibration()


def test_the_threshold_lies_between_right_and_wrong() -> None:
    learnt = calibrate(_judged(20), {"A": 40})
    kept = [learnt.keeps("A", learnt.confidence("A", score)) for score in (0.1, 0.2, 0.4, 0.8)]
    assert kept == [False, False, True, True]


def test_the_curve_is_of_label_and_borders_whatever_the_polarity() -> None:
    judged = _of_unsure_polarity(20)
    learnt = calibrate(judged, {"A": 80})
    right = [Judged(one.label, one.score, one.stated, one.stated) for one in judged]
    curve = calibrate(right, {"A": 80})
    assert (learnt.slope, learnt.shifts) == (curve.slope, curve.shifts)


def test_what_is_kept_depends_on_the_polarity_too() -> None:
    judged = _of_unsure_polarity(20)
    learnt = calibrate(judged, {"A": 80})
    sure = learnt.confidence("A", 0.8)
    assert learnt.keeps("A", sure)
    assert not learnt.keeps("A", sure * 0.5)
    assert kept_f1(judged, {"A": 80}, learnt) == pytest.approx(2 * 40 / (40 + 80))


def test_scores_as_they_are_count_with_their_polarity() -> None:
    judged = [Judged("A", 0.9, stated=True, right=True), Judged("A", 0.9, stated=True, right=False, polarity=0.5)]
    assert best_f1(judged, {"A": 2}) == pytest.approx(2 / 3)


def test_answers_to_questions_count_where_nothing_else_is_marked() -> None:
    judged = [Judged("ASKED", 0.9, stated=True, right=True), Judged("A", 0.9, stated=False, right=False)]
    assert best_f1(judged, {"ASKED": 1}) == 1
    assert best_f1(judged, {"A": 1, "ASKED": 1}) == 0

from __future__ import annotations

import numpy as np

from kg.extraction.spans.decoding import Calibration, Reading, candidates
from kg.extraction.spans.denial import with_denials


def _scores(cells: dict[tuple[int, int, int], float], *, words: int = 5, widths: int = 3) -> np.ndarray:
    scores = np.full((words, widths, 2), -9.0, np.float32)
    for cell, logit in cells.items():
        scores[cell] = logit
    return scores


def _found(cells: dict[tuple[int, int, int], float], lines: list[int]) -> set[tuple[int, int, int]]:
    denied = np.full((5, 3), -9.0, np.float32)
    return {(one.first, one.last, one.label) for one in candidates(_scores(cells), denied, lines, labels=range(2))}


def test_of_overlapping_spans_of_one_label_the_best_stays() -> None:
    assert _found({(0, 1, 0): 2.0, (1, 1, 0): 1.0, (3, 0, 0): 0.5}, [0] * 5) == {(0, 1, 0), (3, 3, 0)}


def test_spans_of_different_labels_may_overlap() -> None:
    assert _found({(0, 1, 0): 2.0, (1, 0, 1): 1.0}, [0] * 5) == {(0, 1, 0), (1, 1, 1)}


def test_no_span_crosses_a_line_or_reads_what_is_not_to_be_read() -> None:
    assert _found({(1, 1, 0): 3.0, (3, 0, 1): 3.0, (4, 2, 0): 3.0}, [0, 0, 1, -1, 1]) == set()


def test_what_is_hardly_likely_is_no_candidate() -> None:
    assert _found({(0, 0, 0): -4.5, (1, 0, 0): -3.5}, [0] * 5) == {(1, 1, 0)}


def test_confidence_grows_with_the_score_and_shifts_with_the_label() -> None:
    calibration = Calibration(slope=0.8, shifts={"A": 1.0}, thresholds={"A": 0.7}, default_threshold=0.4)
    assert calibration.confidence("A", 0.5) > calibration.confidence("B", 0.5) == 0.5
    assert calibration.confidence("B", 0.2) < calibration.confidence("B", 0.3)
    assert calibration.keeps("A", 0.7)
    assert not calibration.keeps("A", 0.69)
    assert calibration.keeps("B", 0.4)


def _reading(text: str, value: str, label: str, *, kept: bool = True) -> Reading:
    start = text.index(value)
    return Reading(label, "affirmed", start, start + len(value), 0.8, kept)


def test_a_denial_in_plain_words_turns_what_was_read_as_stated() -> None:
    text = "Mug\nNot suitable for microwaves"
    (found,) = with_denials(text, [_reading(text, "microwaves", "USED_IN")], language="en")
    assert (found.polarity, found.kept) == ("negated", True)


def test_a_denial_that_the_model_missed_is_added_and_takes_the_place_of_its_opposite() -> None:
    text = "Toy robot\nBatteries not included"
    found = with_denials(text, [_reading(text, "Batteries", "REQUIRES")], language="en")
    assert ("INCLUDES", "negated") in {(one.label, one.polarity) for one in found if one.kept}
    assert not [one for one in found if one.kept and one.polarity == "affirmed"]


def test_a_name_is_never_denied() -> None:
    text = "Charger\nNot a genuine Samsung part"
    found = with_denials(text, [_reading(text, "Samsung", "BRAND")], language="en")
    assert [(one.label, one.polarity) for one in found if one.label == "BRAND"] == [("BRAND", "affirmed")]


def test_what_nothing_near_could_deny_is_stated() -> None:
    text = "Sensor\nBattery not included\nHub required"
    start = text.index("Hub")
    found = with_denials(text, [Reading("REQUIRES", "negated", start, start + 3, 0.8, kept=True)], language="en")
    assert [(one.label, one.polarity) for one in found if one.label == "REQUIRES"] == [("REQUIRES", "affirmed")]

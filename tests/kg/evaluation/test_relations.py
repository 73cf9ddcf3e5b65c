from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from kg.evaluation import evaluate_relations, score_relations
from kg.extraction import MatcherExtractor
from shelfgraph.errors import InvalidRequestError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["dev.jsonl", "zh.dev.jsonl"])
def test_agrees_with_the_scorer_script(name: str, shared: Path, tmp_path: Path) -> None:
    data, out = shared / "data" / "relations" / name, tmp_path / "predicted.jsonl"
    report = evaluate_relations(data, MatcherExtractor(), out)
    script = shared / "measure" / "relations_f1.py"
    told = subprocess.run([sys.executable, script, data, out], capture_output=True, text=True, check=True).stdout
    exact, overlap = re.search(r"exact F1 ([0-9.]+) overlap F1 ([0-9.]+)", told).groups()  # type: ignore[union-attr]
    assert f"{report.exact.f1:.4f}" == exact
    assert f"{report.overlap:.4f}" == overlap
    assert f"ECE {report.calibration_error:.4f} over {report.rated} predictions" in told
    assert f"negated F1 {report.negated.f1:.3f} n {report.negated.marked}" in told
    for relation, score in report.relations.items():
        assert re.search(rf"^{relation} +F1 {score.f1:.3f} n {score.marked}$", told, re.MULTILINE)


def test_the_baseline_holds_its_level(shared: Path) -> None:
    english = evaluate_relations(shared / "data" / "relations" / "dev.jsonl", MatcherExtractor())
    chinese = evaluate_relations(shared / "data" / "relations" / "zh.dev.jsonl", MatcherExtractor())
    assert english.exact.f1 > 0.50
    assert english.overlap > 0.69
    assert english.calibration_error is not None
    assert english.calibration_error < 0.05
    assert chinese.exact.f1 > 0.42


def test_scores_by_hand() -> None:
    gold = {"a": [{"relation": "COLOR", "polarity": "affirmed", "value": "Red"}], "b": []}
    report = score_relations(
        gold, {"a": [{"relation": "COLOR", "polarity": "affirmed", "value": " red ", "confidence": 0.9}]}
    )
    assert report.exact.f1 == report.overlap == 1.0
    assert report.missing == 1
    assert report.calibration_error == pytest.approx(0.1)
    assert score_relations(gold, {}).exact.f1 == 0.0


@pytest.mark.parametrize(
    "line", ["nonsense", '{"id": "a"}', "[]", '{"id": "a", "text": "b", "relations": [{"relation": 1}]}']
)
def test_a_bad_row_is_a_coded_error(line: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"id": "x", "text": "y", "relations": []}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(InvalidRequestError) as caught:
        evaluate_relations(path, MatcherExtractor())
    assert caught.value.code == "evaluation.row_invalid"
    assert caught.value.details["line"] == 2

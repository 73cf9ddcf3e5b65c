from __future__ import annotations

import json
import random
import re
from typing import TYPE_CHECKING, Any

import pytest

from kg.evaluation import evaluate_relations, read_labelled, score_relations
from kg.extraction import RatedMention, matcher_extractor
from kg.model import Mention
from kg.ontology import RELATIONS
from shelfgraph.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from kg.evaluation import RelationReport
    from kg.model import Polarity, Product


class NoisyExtractor:
    """Knows the labels; loses some, spoils some, and is more or less sure of each."""

    version = "noisy-1"

    def __init__(self, path: Path) -> None:
        self._rows = {row["id"]: row for row in read_labelled(path)}
        self._random = random.Random(4)

    def version_for(self, language: str) -> str:
        del language
        return self.version

    def mentions(self, products: Sequence[Product]) -> list[list[Mention]]:
        return [[one.mention for one in rated if one.kept] for rated in self.rated(products)]

    def rated(self, products: Sequence[Product]) -> list[list[RatedMention]]:
        return [list(self._rated(self._rows[product.product_id])) for product in products]

    def _rated(self, row: dict[str, Any]) -> Iterator[RatedMention]:
        for label in row["relations"]:
            chance = self._random.random()
            start, end = label["start"], label["end"]
            line = row["text"].count("\n", 0, start)
            before = row["text"].rfind("\n", 0, start) + 1
            start += chance < 0.2 and end - start > 1  # one character short: near, not exact
            yield RatedMention(
                Mention(
                    relation=self._random.choice(RELATIONS) if 0.2 < chance < 0.3 else label["relation"],
                    polarity="negated" if 0.3 < chance < 0.35 else label["polarity"],
                    source="text",
                    field=f"bullets[{line - 1}]" if line else "title",
                    start=start - before,
                    end=end - before,
                    text=row["text"][start:end],
                    confidence=self._random.random(),
                    extractor=self.version,
                ),
                kept=chance < 0.8,
            )


def _agree(report: RelationReport, told: str) -> None:
    exact, overlap = re.search(r"exact F1 ([0-9.]+) overlap F1 ([0-9.]+)", told).groups()  # type: ignore[union-attr]
    assert f"{report.exact.f1:.4f}" == exact
    assert f"{report.overlap:.4f}" == overlap
    assert f"ECE {report.calibration_error:.4f} over {report.rated} predictions" in told
    assert f"negated F1 {report.negated.f1:.3f} n {report.negated.marked}" in told
    for relation, score in report.relations.items():
        assert re.search(rf"^{relation} +F1 {score.f1:.3f} n {score.marked}$", told, re.MULTILINE)


@pytest.mark.parametrize("name", ["dev.jsonl", "zh.dev.jsonl"])
def test_agrees_with_the_scorer_script(
    name: str, shared: Path, scorer: Callable[[str, Path, Path], str], tmp_path: Path
) -> None:
    data, out = shared / "data" / "relations" / name, tmp_path / "predicted.jsonl"
    report = evaluate_relations(data, matcher_extractor(), out)
    _agree(report, scorer("relations_f1.py", data, out))


@pytest.mark.parametrize("name", ["dev.jsonl", "zh.dev.jsonl"])
def test_agrees_with_the_scorer_script_on_noise(
    name: str, shared: Path, scorer: Callable[[str, Path, Path], str], tmp_path: Path
) -> None:
    data, out = shared / "data" / "relations" / name, tmp_path / "predicted.jsonl"
    report = evaluate_relations(data, NoisyExtractor(data), out)
    _agree(report, scorer("relations_f1.py", data, out))
    assert 0.4 < report.exact.f1 < report.overlap < 0.95
    assert report.rated > report.exact.marked * 0.9


def test_predictions_are_labels(shared: Path, tmp_path: Path) -> None:
    data, out = shared / "data" / "relations" / "dev.jsonl", tmp_path / "predicted.jsonl"
    done: list[tuple[int, int]] = []
    evaluate_relations(data, NoisyExtractor(data), out, on_progress=lambda now, of: done.append((now, of)))
    rows = list(read_labelled(out, unsure=True))
    assert [row["text"] for row in rows] == [row["text"] for row in read_labelled(data)]
    assert {one["kept"] for row in rows for one in row["relations"]} == {True, False}
    assert all(one["kept"] for row in read_labelled(out) for one in row["relations"])
    assert done[-1] == (100, 100)


class TitleExtractor:
    """Finds in each title what it is told: polarity, start, end, confidence, and whether that is kept."""

    version = "title-1"

    def __init__(self, *found: tuple[Polarity, int, int, float, bool]) -> None:
        self._found = found
        self.languages: list[str] = []

    def version_for(self, language: str) -> str:
        return f"title-{language}"

    def mentions(self, products: Sequence[Product]) -> list[list[Mention]]:
        return [[one.mention for one in rated if one.kept] for rated in self.rated(products)]

    def rated(self, products: Sequence[Product]) -> list[list[RatedMention]]:
        self.languages += [product.language for product in products]
        return [[self._colour(product.title, *one) for one in self._found] for product in products]

    def _colour(
        self, title: str, polarity: Polarity, start: int, end: int, confidence: float, kept: bool
    ) -> RatedMention:
        mention = Mention(
            relation="COLOR", polarity=polarity, source="text", field="title", start=start, end=end,
            text=title[start:end], confidence=confidence, extractor=self.version,
        )  # fmt: skip
        return RatedMention(mention, kept)


@pytest.mark.parametrize(
    ("first", "again", "clearest"),
    [
        ((0.3, False), (0.8, True), 4),
        ((0.8, True), (0.8, True), 0),
        ((0.45, True), (0.46, False), 0),  # its denial is the likelier there
    ],
)
def test_a_value_is_predicted_once_where_it_is_clearest(
    first: tuple[float, bool], again: tuple[float, bool], clearest: int, tmp_path: Path
) -> None:
    data, out = tmp_path / "data.jsonl", tmp_path / "predicted.jsonl"
    label = {"relation": "COLOR", "polarity": "affirmed", "value": "Red"}
    data.write_text(json.dumps({"id": "a", "text": "Red red mug", "relations": [label]}), encoding="utf-8")
    extractor = TitleExtractor(
        ("affirmed", 0, 3, *first), ("affirmed", 4, 7, *again), ("negated", 4, 7, 0.1, False)
    )  # fmt: skip
    report = evaluate_relations(data, extractor, out)
    (row,) = read_labelled(out, unsure=True)
    assert {(one["polarity"], one["start"]) for one in row["relations"]} == {("affirmed", clearest), ("negated", 4)}
    assert len(row["relations"]) == report.rated == 2
    assert report.exact.f1 == 1.0


PHONE = '小米 Xiaomi 14 Ultra 16GB+512GB 徕卡光学镜头 120Hz 6.73" 3200x1440 (5000mAh)'
BOTTLE = "Trinkflasche aus Edelstahl mit Deckel\nHält Getränke bis zu 12 Stunden warm und passt in jeden Becherhalter"


@pytest.mark.parametrize(
    ("row", "language", "read_as"),
    [
        ({"text": PHONE}, None, "zh"),
        ({"text": BOTTLE}, None, "de"),
        ({"text": "Red mug"}, None, "en"),
        ({"text": "Red mug", "language": "zh-CN"}, None, "zh"),
        ({"text": PHONE, "language": None}, None, "zh"),
        ({"text": PHONE}, "en", "en"),
        ({"text": "Red mug", "language": "de"}, "en", "en"),
    ],
)
def test_a_text_is_read_in_the_language_that_an_import_finds_unless_it_is_told(
    row: dict[str, Any], language: str | None, read_as: str, tmp_path: Path
) -> None:
    data, extractor = tmp_path / "data.jsonl", TitleExtractor()
    data.write_text(json.dumps({"id": "a", "relations": [], **row}), encoding="utf-8")
    report = evaluate_relations(data, extractor, language=language)
    assert extractor.languages == [read_as]
    assert report.versions == {read_as: f"title-{read_as}"}


def test_a_language_that_is_no_text_is_refused_with_its_row(tmp_path: Path) -> None:
    data, extractor = tmp_path / "data.jsonl", TitleExtractor()
    data.write_text(json.dumps({"id": "a7", "text": "Red mug", "relations": [], "language": {}}), encoding="utf-8")
    with pytest.raises(InvalidRequestError, match='"a7"') as caught:
        evaluate_relations(data, extractor)
    assert caught.value.code == "evaluation.row_invalid"
    assert not extractor.languages


@pytest.mark.parametrize("name", ["dev.jsonl", "train.jsonl", "zh.dev.jsonl", "zh.train.jsonl"])
def test_the_labelled_texts_are_read_in_their_language(name: str, shared: Path) -> None:
    extractor = TitleExtractor()
    report = evaluate_relations(shared / "data" / "relations" / name, extractor)
    assert set(extractor.languages) == set(report.versions) == {"zh" if name.startswith("zh.") else "en"}


def test_the_baseline_holds_its_level(shared: Path) -> None:
    english = evaluate_relations(shared / "data" / "relations" / "dev.jsonl", matcher_extractor())
    chinese = evaluate_relations(shared / "data" / "relations" / "zh.dev.jsonl", matcher_extractor())
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


def test_what_is_not_kept_counts_for_the_calibration_alone() -> None:
    label = {"relation": "COLOR", "polarity": "affirmed", "value": "red"}
    report = score_relations({"a": [label]}, {"a": [{**label, "confidence": 0.5, "kept": False}]})
    assert report.exact.f1 == report.overlap == 0.0
    assert (report.rated, report.calibration_error) == (1, 0.5)


def test_predictions_never_overwrite_the_labels(tmp_path: Path) -> None:
    data = tmp_path / "data.jsonl"
    data.write_text(json.dumps({"id": "a", "text": "Red mug", "relations": []}), encoding="utf-8")
    before = data.read_bytes()
    with pytest.raises(InvalidRequestError) as caught:
        evaluate_relations(data, NoisyExtractor(data), data)
    assert caught.value.code == "evaluation.target_unwritable"
    assert data.read_bytes() == before

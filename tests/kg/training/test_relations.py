from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from kg.extraction.asking import AskedAttribute
from kg.extraction.spans import load_reader
from kg.training import TrainingSettings, train_relations
from shelfgraph.errors import InvalidRequestError, SetupError

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow
TEXT = "A blue lamp\nlead-free lamp with a blue towel"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory, tiny_bert: Path, labels: Path) -> Path:
    out = tmp_path_factory.mktemp("model")
    report = train_relations([labels], out, TrainingSettings(base=tiny_bert, epochs=14, rate=3e-3, folds=1))
    assert report.rows == 60
    assert 0.9 < report.f1 <= 1  # every text says its colour and type twice, and each counts once
    return out


def test_a_trained_model_reads_what_it_was_taught(model: Path) -> None:
    found = {
        (one.label, one.polarity, TEXT[one.start : one.end]) for one in load_reader(model).read([TEXT])[0] if one.kept
    }
    assert {("COLOR", "affirmed", "blue"), ("TYPE", "affirmed", "lamp"), ("CONTAINS", "negated", "lead")} <= found


def test_it_can_be_asked_by_name(model: Path) -> None:
    (color,) = load_reader(model).values([AskedAttribute(TEXT, "Color", "")])
    assert color is not None
    assert TEXT[color.start : color.end] == color.value == "blue"


def test_what_runs_on_the_cpu_agrees_with_the_network(model: Path) -> None:
    import numpy as np

    from kg.extraction.spans.files import read_config, read_pieces
    from kg.extraction.spans.pieces import encode
    from kg.extraction.spans.scoring import OnnxScorer, TorchScorer
    from kg.extraction.spans.words import split_words

    config = read_config(model)
    texts = [encode(split_words(text), read_pieces(model)) for text in (TEXT, "A mug")]
    exact = list(TorchScorer(model, config, device="cpu").scores(texts))
    for (scores, denied), (other, refused) in zip(OnnxScorer(model, threads=2).scores(texts), exact, strict=True):
        assert scores.shape == other.shape
        words = range(len(scores))
        inside = [(first, extra) for first in words for extra in range(16) if first + extra < len(scores)]
        for place in inside:
            assert np.abs(_probability(scores[place]) - _probability(other[place])).max() < 0.15
        assert denied.shape == refused.shape


def _probability(logits):  # noqa: ANN001, ANN202 - an array
    import numpy as np

    return 1 / (1 + np.exp(-logits))


def test_a_file_that_was_changed_is_noticed(model: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(model, tmp_path / "copy")
    (copy / "config.json").write_text((copy / "config.json").read_text().replace('"en"', '"zh"'))
    with pytest.raises(SetupError) as caught:
        load_reader(copy)
    assert caught.value.code == "setup.relation_model_broken"


def test_an_interrupted_run_goes_on_and_ends_in_the_same_model(tiny_bert: Path, labels: Path, tmp_path: Path) -> None:
    class Interrupted(Exception):  # noqa: N818 - not an error of ours
        pass

    def stop(name: str, epoch: int, total: int, score: float) -> None:
        del total, score
        if name == "model" and epoch == 2:
            raise Interrupted

    settings = TrainingSettings(base=tiny_bert, epochs=6, folds=1, resume=True)
    with pytest.raises(Interrupted):
        train_relations([labels], tmp_path / "cut", settings, watch=stop)
    seen: list[int] = []

    def note(name: str, epoch: int, total: int, score: float) -> None:
        del total, score
        if name == "model":
            seen.append(epoch)

    train_relations([labels], tmp_path / "cut", settings, watch=note)
    train_relations([labels], tmp_path / "whole", settings)
    assert seen[0] == 3
    sums = [json.loads((tmp_path / name / "checksums.json").read_text()) for name in ("cut", "whole")]
    assert sums[0]["weights.safetensors"] == sums[1]["weights.safetensors"]


def test_adapters_leave_a_model_of_the_usual_form(tiny_bert: Path, labels: Path, tmp_path: Path) -> None:
    train_relations([labels], tmp_path, TrainingSettings(base=tiny_bert, epochs=2, folds=1, lora=4))
    assert load_reader(tmp_path).read([TEXT])


def test_a_trained_model_teaches_another_on_texts_without_labels(
    model: Path, tiny_bert: Path, labels: Path, tmp_path: Path
) -> None:
    unlabelled = tmp_path / "texts.jsonl"
    unlabelled.write_text(json.dumps({"id": "u", "text": TEXT}) + "\n" + json.dumps({"id": "v", "text": " "}) + "\n")
    settings = TrainingSettings(base=tiny_bert, epochs=2, folds=1, unlabelled=unlabelled, teacher=model)
    assert train_relations([labels], tmp_path / "pupil", settings).epochs <= 2


def test_titles_with_entities_train_a_model_of_their_types(tiny_bert: Path, tmp_path: Path) -> None:
    path = tmp_path / "titles.jsonl"
    rows = [
        {"text": f"a {color} {kind}", "entities": [["HUE", 2, 2 + len(color), color]]}
        for color in ("red", "blue", "green", "black") for kind in ("kettle", "mug", "lamp", "towel")
    ] * 20  # fmt: skip
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    train_relations(
        [path], tmp_path / "out", TrainingSettings(protocol="entities", base=tiny_bert, epochs=8, rate=2e-3, folds=1)
    )
    (found,) = load_reader(tmp_path / "out").entities(["a green mug"])
    assert [(one.type, one.start, one.end) for one in found] == [("HUE", 2, 7)]


def test_errors_say_what_to_do(tiny_bert: Path, tmp_path: Path) -> None:
    few = tmp_path / "few.jsonl"
    few.write_text(json.dumps({"id": "a", "text": "A mug", "relations": []}) + "\n")
    with pytest.raises(InvalidRequestError) as caught:
        train_relations([few], tmp_path / "out", TrainingSettings(base=tiny_bert))
    assert caught.value.code == "training.too_few_rows"
    with pytest.raises(InvalidRequestError) as twice:
        train_relations([few, few], tmp_path / "out", TrainingSettings(base=tiny_bert))
    assert twice.value.code == "training.id_duplicate"
    with pytest.raises(SetupError) as unknown:
        train_relations([few], tmp_path / "out", TrainingSettings(base=tmp_path))
    assert unknown.value.code == "setup.base_model_unknown"

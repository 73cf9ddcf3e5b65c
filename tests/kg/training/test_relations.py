from __future__ import annotations

import json
import os
import re
import shutil
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from kg.extraction import load_attribute_reader, load_entity_reader
from kg.extraction.asking import AskedAttribute
from kg.extraction.loading import span_extractor
from kg.extraction.spans import load_reader, split_words
from kg.extraction.spans.decoding import candidates
from kg.extraction.spans.files import read_config, read_pieces
from kg.extraction.spans.pieces import encode
from kg.extraction.spans.scoring import OnnxScorer, TorchScorer
from kg.extraction.spans.weights import load_network
from kg.training import PretrainingSettings, TrainingSettings, pretrain_encoder, train_relations
from kg.training.bases import read_base
from kg.training.material import read_material
from shelfgraph.cli import main
from shelfgraph.errors import InvalidRequestError, SetupError
from shelfgraph.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from kg.extraction.spans.decoding import Cells
    from kg.extraction.spans.pieces import Encoded
    from kg.extraction.spans.scoring import Scorer

pytestmark = pytest.mark.slow
TEXT = "A blue lamp\nlead-free lamp with a blue towel"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory, tiny_bert: Path, labels: Path) -> Path:
    out = tmp_path_factory.mktemp("model")
    report = train_relations([labels], out, TrainingSettings(base=tiny_bert, epochs=40, rate=3e-3, folds=1))
    assert report.rows == 60
    assert 0.9 < report.f1 <= 1  # every text says its colour and type twice, and each counts once
    return out


@pytest.fixture
def few(labels: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten of the products, the fewest that are enough."""
    path = tmp_path_factory.mktemp("few") / "few.jsonl"
    path.write_text("\n".join(labels.read_text(encoding="utf-8").splitlines()[:10]), encoding="utf-8")
    return path


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
    config = read_config(model)
    texts = [encode(split_words(text), read_pieces(model)) for text in (TEXT, "A mug")]
    exact = TorchScorer(model, config, device="cpu").cells(texts)
    for text, cells, other in zip(texts, OnnxScorer(model, threads=2).cells(texts), exact, strict=True):
        known, true = (
            {(one.first, one.last, one.label): one for one in candidates(each, text.words.lines, labels=range(22))}
            for each in (cells, other)
        )
        sure = {place for place, one in true.items() if one.score > 0.2}
        assert sure
        assert sure <= known.keys()
        for place in sure:
            assert known[place].score == pytest.approx(true[place].score, abs=0.15)
            assert known[place].denied == pytest.approx(true[place].denied, abs=0.15)


def test_a_model_of_before_has_one_polarity_a_span(model: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save

    copy = shutil.copytree(model, tmp_path / "copy")
    weights = {name: value.clone() for name, value in load_file(copy / "weights.safetensors").items()}
    shared = {name: value for name, value in weights.items() if "head.polarity" not in name}
    (copy / "weights.safetensors").write_bytes(save(shared))
    config = read_config(copy)
    assert not load_network(copy, config).head.polarity.weight.any()
    (copy / "weights.safetensors").write_bytes(save({name: shared[name] for name in list(shared)[1:]}))
    with pytest.raises(RuntimeError):
        load_network(copy, config)


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
    with pytest.raises(InvalidRequestError) as other:
        train_relations([labels], tmp_path / "cut", replace(settings, seed=1))
    assert other.value.code == "training.checkpoint_of_other_run"
    seen: list[int] = []

    def note(name: str, epoch: int, total: int, score: float) -> None:
        del total, score
        if name == "model":
            seen.append(epoch)

    (tmp_path / "cut" / "my.checkpoint").write_bytes(b"mine")
    train_relations([labels], tmp_path / "cut", settings, watch=note)
    assert [file.name for file in (tmp_path / "cut").glob("*.checkpoint")] == ["my.checkpoint"]
    train_relations([labels], tmp_path / "whole", settings)
    assert seen[0] == 3
    sums = [json.loads((tmp_path / name / "checksums.json").read_text()) for name in ("cut", "whole")]
    assert sums[0]["weights.safetensors"] == sums[1]["weights.safetensors"]


def test_a_new_run_begins_anew_and_a_damaged_checkpoint_is_refused(
    tiny_bert: Path, labels: Path, tmp_path: Path
) -> None:
    settings = TrainingSettings(base=tiny_bert, epochs=1, folds=1)
    (tmp_path / "fold-1.checkpoint").write_bytes(b"cut")
    with pytest.raises(InvalidRequestError) as damaged:
        train_relations([labels], tmp_path, replace(settings, resume=True))
    assert damaged.value.code == "training.checkpoint_damaged"
    assert train_relations([labels], tmp_path, settings).rows == 60
    assert not list(tmp_path.glob("*.checkpoint"))


def test_a_run_that_ends_while_it_writes_leaves_the_model_that_was_there(
    tiny_bert: Path, few: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = TrainingSettings(base=tiny_bert, folds=1, epochs=1)
    train_relations([few], tmp_path, settings)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("kg.training.relations.export_onnx", stop)
    with pytest.raises(KeyboardInterrupt):
        train_relations([few], tmp_path, replace(settings, base=tmp_path, seed=1))
    left = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert {name: content for name, content in left.items() if not name.endswith(".checkpoint")} == before


def test_no_part_of_the_cross_validation_is_empty(tiny_bert: Path, few: Path, tmp_path: Path) -> None:
    assert len(train_relations([few], tmp_path, TrainingSettings(base=tiny_bert, folds=20, epochs=1)).folds) == 10


def test_adapters_leave_a_model_of_the_usual_form(tiny_bert: Path, labels: Path, tmp_path: Path) -> None:
    train_relations([labels], tmp_path, TrainingSettings(base=tiny_bert, epochs=2, folds=1, lora=4))
    assert load_reader(tmp_path).read([TEXT])


def test_a_trained_model_teaches_another_on_texts_without_labels(
    model: Path, tiny_bert: Path, labels: Path, tmp_path: Path
) -> None:
    unlabelled = tmp_path / "texts.jsonl"
    marked = json.loads(labels.read_text(encoding="utf-8").splitlines()[0])["text"]
    texts = ["A towel, blue and lead-free", " ", marked.upper()]
    unlabelled.write_text("".join(json.dumps({"id": text, "text": text}) + "\n" for text in texts))
    settings = TrainingSettings(base=tiny_bert, epochs=2, folds=1, unlabelled=unlabelled, teacher=model)
    report = train_relations([labels], tmp_path / "pupil", settings)
    assert report.epochs <= 2
    assert report.left_out == 1
    unlabelled.write_text(json.dumps({"id": "u", "title": TEXT}) + "\n")
    with pytest.raises(InvalidRequestError) as caught:
        train_relations([labels], tmp_path / "none", settings)
    assert caught.value.code == "training.too_few_rows"


def test_titles_with_entities_train_a_model_of_their_types(tiny_bert: Path, tmp_path: Path) -> None:
    path = tmp_path / "titles.jsonl"
    rows = [
        {"text": f"a {color} {kind} - {number}", "entities": [["HUE", 2, 2 + len(color), color]]}
        for number in range(20)
        for color in ("red", "blue", "green", "black") for kind in ("kettle", "mug", "lamp", "towel")
    ]  # fmt: skip
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    train_relations(
        [path], tmp_path / "out", TrainingSettings(protocol="entities", base=tiny_bert, epochs=12, rate=2e-3, folds=1)
    )
    (found,) = load_reader(tmp_path / "out").entities(["a green mug"])
    assert [(one.type, one.start, one.end) for one in found] == [("HUE", 2, 7)]
    with pytest.raises(SetupError) as refused:
        load_attribute_reader(Settings(relation_model=str(tmp_path / "out")))
    assert refused.value.code == "setup.relation_model_of_other_protocol"


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
    bare = tmp_path / "bare.jsonl"
    bare.write_text("".join(json.dumps({"id": f"{n}", "text": f"Mug {n}", "relations": []}) + "\n" for n in range(12)))
    with pytest.raises(InvalidRequestError) as nothing:
        train_relations([bare], tmp_path / "out", TrainingSettings(base=tiny_bert))
    assert nothing.value.code == "training.nothing_to_learn"
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    unlabelled = TrainingSettings(base=tiny_bert, unlabelled=pipe, teacher=tmp_path)
    for data, settings in (([pipe], TrainingSettings(base=tiny_bert)), ([bare], unlabelled)):
        with pytest.raises(InvalidRequestError) as piped:
            train_relations(data, tmp_path / "out", settings)
        assert piped.value.code == "training.data_not_a_file"
    with pytest.raises(InvalidRequestError) as nowhere:
        train_relations([few], few / "out", TrainingSettings(base=tiny_bert))
    assert nowhere.value.code == "training.folder_unwritable"


def test_silver_labels_are_learnt_from(tiny_bert: Path, labels: Path, tmp_path: Path) -> None:
    """What only the silver rows mark is known afterwards, and none of their rows is measured."""
    silver = tmp_path / "silver.jsonl"
    rows = [
        {"id": f"s{number}", "text": f"A {color} cup", "relations": [
            {"relation": "COLOR", "polarity": "affirmed", "value": color},
            {"relation": "TYPE", "polarity": "affirmed", "value": "cup"},
        ]}
        for number, color in enumerate(["red", "blue", "green", "black"] * 10)
    ]  # fmt: skip
    silver.write_text("".join(json.dumps(row) + "\n" for row in rows))
    settings = TrainingSettings(base=tiny_bert, epochs=14, rate=3e-3, folds=1, silver=(silver,))
    report = train_relations([labels], tmp_path / "out", settings)
    assert report.rows == 60
    (found,) = load_reader(tmp_path / "out").read(["A blue cup"])
    assert {(one.label, one.start, one.end) for one in found if one.kept} == {("COLOR", 2, 6), ("TYPE", 7, 10)}
    with pytest.raises(InvalidRequestError) as twice:
        train_relations([labels], tmp_path / "out", TrainingSettings(base=tiny_bert, silver=(labels,)))
    assert twice.value.code == "training.id_duplicate"


def test_attributes_of_a_schema_are_read_in_one_pass(tiny_bert: Path, tmp_path: Path) -> None:
    data = tmp_path / "schema.jsonl"
    kinds, colors = ("kettle", "mug", "lamp", "towel"), ("red", "blue", "green", "black")
    rows = [
        {"input": f"{text} - {number}", "category": "Kitchen", "target_scores": {"Kind": {kind: 1}, **stated}}
        for number in range(10) for kind in kinds for color in colors
        for text, stated in ((f"a {color} {kind}", {"Color": {color: 1}}), (f"a {kind}", {"Color": {"n/a": 1}}))
    ]  # fmt: skip
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    settings = TrainingSettings(protocol="attributes", base=tiny_bert, epochs=12, rate=2e-3, folds=1)
    assert train_relations([data], tmp_path / "out", settings).f1 > 0.9
    reader = load_reader(tmp_path / "out")
    assert reader.config.labels == ("Color", "Kind", "ASKED")
    seen: list[int] = []
    counting = replace(reader, scorer=_Counting(reader.scorer, seen))
    asked = [
        AskedAttribute(text, name, "Kitchen") for text in ("a green mug", "a lamp", "") for name in ("Kind", "Color")
    ]
    found = [one and (one.value, one.start, one.end) for one in counting.values(asked)]
    assert found == [("mug", 8, 11), ("green", 2, 7), ("lamp", 2, 6), None, None, None]
    assert seen == [2]
    (again,) = counting.values([AskedAttribute("a green mug", " kind", "Kitchen")])
    assert again is not None
    assert again.value == "mug"
    counting.values([AskedAttribute("a green mug", "Width", "Kitchen")])
    assert seen == [2, 1, 1]
    with pytest.raises(SetupError) as refused:
        span_extractor(tmp_path / "out")
    assert refused.value.code == "setup.relation_model_of_other_protocol"
    with pytest.raises(SetupError):
        load_entity_reader(Settings(relation_model=str(tmp_path / "out")), language="en")
    unlabelled = _written(tmp_path, {"id": "u", "text": TEXT})
    with pytest.raises(SetupError) as taught_by:
        train_relations([data], tmp_path / "new", replace(settings, unlabelled=unlabelled, teacher=tmp_path / "out"))
    assert taught_by.value.code == "setup.teacher_of_other_labels"


@pytest.mark.parametrize(("absent", "counted"), [({}, {0, 1}), ({"Width": {"n/a": 1}}, {1})])
def test_what_no_row_calls_absent_is_absent_where_its_category_has_it(
    absent: dict[str, Any], counted: set[int], tiny_bert: Path, tmp_path: Path
) -> None:
    rows = [
        {"input": "a red mug", "category": "Mugs", "target_scores": {"Color": {"red": 1}}},
        {"input": "a mug", "category": "Mugs", "target_scores": {"Kind": {"mug": 1}}},
        {"input": "a lamp", "category": "Lamps", "target_scores": {"Kind": {"lamp": 1}, **absent}},
    ]
    data = tmp_path / "rows.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    material = read_material([data], read_base(tiny_bert).pieces, TrainingSettings(protocol="attributes"))
    assert material.labels[:2] == ("Color", "Kind")
    assert material.items[1].examples[0].counted == counted
    assert material.items[1].examples[0].marked == {(1, 0, 1): 1.0}
    assert material.items[2].examples[0].counted == {1}
    assert len(material.items[2].answered) == len(absent)  # never stated, so without an output


@dataclass(frozen=True)
class _Counting:
    scorer: Scorer
    passes: list[int]

    def cells(self, texts: Sequence[Encoded]) -> Iterator[Cells]:
        self.passes.append(len(texts))
        return self.scorer.cells(texts)


def test_rows_teach_attributes_of_any_name(tiny_bert: Path, tmp_path: Path) -> None:
    data = tmp_path / "asked.jsonl"
    kinds, colors = ("kettle", "mug", "lamp", "towel"), ("red", "blue", "green", "black")
    rows = [
        {"id": f"{number}{kind}{color}", "text": f"A {color} {kind}", "relations": [],
         "attributes": {"Flavor": [color], "Series": [], "Benefit": [kind]}}
        for number in range(5) for kind in kinds for color in colors
    ]  # fmt: skip
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    settings = TrainingSettings(base=tiny_bert, epochs=40, rate=3e-3, folds=1)
    assert train_relations([data], tmp_path / "out", settings).f1 > 0.5
    reader = load_reader(tmp_path / "out")
    encoded = [
        encode(split_words("A green lamp"), reader.pieces, question=name) for name in ("Flavor", "Series", "Benefit")
    ]
    asked = [len(reader.config.labels) - 1]
    best = [
        max(((one.score, one.first) for one in candidates(cells, [0, 0, 0], labels=asked)), default=(0, -1))
        for cells in reader.scorer.cells(encoded)
    ]
    assert [first for score, first in best if score > 0.5] == [1, 2]


def test_an_encoder_that_read_the_catalogue_is_a_base(tiny_bert: Path, labels: Path, tmp_path: Path) -> None:
    losses: list[float] = []
    settings = PretrainingSettings(epochs=8, rate=5e-3)
    pretrain_encoder(labels, tiny_bert, tmp_path / "read", settings, watch=lambda _, loss: losses.append(loss))
    assert losses[-1] < losses[0]
    assert pretrain_encoder(_written(tmp_path, {"text": "mug"}), tiny_bert, tmp_path / "one", settings) > 0
    assert train_relations([labels], tmp_path / "out", TrainingSettings(base=tmp_path / "read", epochs=1, folds=1))
    with pytest.raises(InvalidRequestError):
        pretrain_encoder(_written(tmp_path, {"id": "no text"}), tiny_bert, tmp_path / "none", settings)


def test_other_families_of_encoders_are_bases(tiny_bert: Path, labels: Path, tmp_path: Path) -> None:
    """One without types of pieces, with positions of its own kind."""
    from transformers import MPNetConfig, MPNetModel

    sizes = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
    MPNetModel(MPNetConfig(vocab_size=400, **sizes)).save_pretrained(tmp_path / "mpnet")
    shutil.copyfile(tiny_bert / "tokenizer.json", tmp_path / "mpnet" / "tokenizer.json")
    settings = TrainingSettings(base=str(tmp_path / "mpnet"), epochs=1, folds=1)
    assert train_relations([labels], tmp_path / "out", settings).rows == 60
    assert load_reader(tmp_path / "out").read([TEXT])


def _written(folder: Path, row: object) -> Path:
    path = folder / "rows.jsonl"
    path.write_text(json.dumps(row) + "\n")
    return path


def test_a_log_says_how_far_a_training_is(
    tiny_bert: Path, labels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = ["--data", labels, "--out", tmp_path / "out", "--base", tiny_bert, "--folds", 1, "--epochs", 2]
    monkeypatch.setattr(sys, "argv", ["shelfgraph", "train", "relations", *map(str, told)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    printed = capsys.readouterr()
    assert "60 rows" in printed.out
    assert "fold-1: epoch 1 of 2, score" in printed.err
    assert re.search(r"model: epoch 1 of \d+, loss \d", printed.err)
    assert "WARNING" not in printed.err

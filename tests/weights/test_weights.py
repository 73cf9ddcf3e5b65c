from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from shelfgraph import weights
from shelfgraph.errors import SetupError
from shelfgraph.settings import Settings
from shelfgraph.weights import conversions, packaged

if TYPE_CHECKING:
    from pathlib import Path


def test_every_packaged_model_is_found_without_importing_its_package() -> None:
    for name, package in weights.PACKAGED.items():
        before = set(sys.modules)
        assert (weights.path(name) / package.checked).is_file()
        assert package.module not in set(sys.modules) - before


def test_every_packaged_model_has_the_checksum_we_know() -> None:
    assert {packaged.verified(name) for name in weights.PACKAGED} == set(map(weights.path, weights.PACKAGED))


def test_missing_package_names_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packaged, "find_spec", lambda _: None)
    with pytest.raises(SetupError) as caught:
        weights.minilm_path()
    assert caught.value.code == "setup.weights_missing"
    assert "models.txt" in caught.value.help


def test_other_weights_than_the_known_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packaged, "file_sha256", lambda _: "0" * 64)
    with pytest.raises(SetupError) as caught:
        packaged.verified(weights.USE_MULTILINGUAL)
    assert caught.value.code == "setup.weights_corrupt"


def test_a_setting_names_a_package_a_folder_or_a_hub_id(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    (tmp_path / "models" / "mine").mkdir(parents=True)
    assert weights.source(weights.MINILM, settings) == weights.minilm_path()
    assert weights.source(str(tmp_path), settings) == tmp_path
    assert weights.source("mine", settings) == tmp_path / "models" / "mine"
    assert weights.source("intfloat/e5-small", settings) == "intfloat/e5-small"
    with pytest.raises(SetupError, match="does not exist"):
        weights.source(str(tmp_path / "absent"), settings)


def test_unknown_packaged_name_is_refused() -> None:
    with pytest.raises(SetupError) as caught:
        weights.path("gpt-9")
    assert caught.value.code == "setup.weights_unknown"


def test_conversion_is_made_once_and_again_when_torn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs the real cache around a child that only writes a file: the real conversions are tested with embeddings."""
    runs = []

    def convert(conversion: str, source: Path, out: Path) -> None:
        runs.append(conversion)
        (out / "model.onnx").write_bytes(source.name.encode())

    monkeypatch.setattr(conversions, "_run", convert)
    monkeypatch.setattr(conversions, "_checked", set())
    settings = Settings(home=tmp_path)
    folder = weights.minilm_onnx(settings)
    assert json.loads((folder / "checksums.json").read_text())
    assert weights.minilm_onnx(settings) == folder
    assert len(runs) == 1
    (folder / "model.onnx").write_bytes(b"torn")
    conversions._checked.clear()  # as in the next process
    assert weights.minilm_onnx(settings) == folder
    assert len(runs) == 2
    assert (folder / "model.onnx").read_bytes() == b"model"
    assert [entry.name for entry in (tmp_path / "models").iterdir() if "-1-" in entry.name] == []


def test_a_failed_conversion_leaves_nothing_and_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversions, "verified", lambda _: tmp_path / "nowhere")
    with pytest.raises(SetupError) as caught:
        conversions._converted("smollm2-safetensors", weights.SMOLLM2, Settings(home=tmp_path / "home"))
    assert caught.value.code == "setup.weights_conversion"
    assert [entry.name for entry in (tmp_path / "home" / "models").iterdir() if entry.is_dir()] == []


@pytest.mark.slow
def test_quantised_minilm_is_close_to_the_float_model(session_home: Path) -> None:
    from sentence_transformers import SentenceTransformer

    from kg.embedding import load_embedder

    texts = ["Pellimar Orso 2 Espresso Machine, 54 mm, Matte Black", "steel water bottle", "a"]
    settings = Settings(home=session_home, model_threads=1)
    quantised = load_embedder(settings).embed(texts)
    model = SentenceTransformer(str(weights.minilm_path()), device="cpu", local_files_only=True)
    exact = model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    assert np.all((quantised * exact).sum(axis=1) > 0.97)

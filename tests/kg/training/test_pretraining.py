"""Only the encoder itself is kept, so it must learn to do without what is not: its shapes and zones."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from torch import nn

from kg.extraction.spans.files import ASKED, Config, seal, write_config
from kg.extraction.spans.weights import save_weights
from kg.training import PretrainingSettings, pretrain_encoder
from kg.training.bases import read_base

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


def _pretrained(text: str, base: Path, out: Path) -> bytes:
    texts = out.with_suffix(".jsonl")
    texts.write_text(json.dumps({"text": text}) + "\n", encoding="utf-8")
    pretrain_encoder(texts, base, out, PretrainingSettings(epochs=3, rate=5e-3))
    return (out / "model.safetensors").read_bytes()


def test_an_encoder_learns_nothing_of_how_words_are_written_and_where_they_stand(
    tiny_bert: Path, tmp_path: Path
) -> None:
    """Two texts of the same pieces, in other letters and with a heading in one."""
    plain = _pretrained("a red mug\nblue ; lamp with a towel", tiny_bert, tmp_path / "plain")
    loud = _pretrained("A RED Mug\nBLUE : LAMP With A towel", tiny_bert, tmp_path / "loud")
    assert plain == loud != (tiny_bert / "model.safetensors").read_bytes()


def _model(base: Path, folder: Path, *, told: bool) -> Path:
    """A model of ours, which gives shapes and zones a meaning or does not."""
    folder.mkdir()
    start = read_base(base)
    config = Config("", "en", "spans", start.encoder, start.encoder_config, (ASKED,))
    network = start.network(config)
    if told:
        nn.init.normal_(network.encoder.shapes.weight)
        nn.init.normal_(network.encoder.zones.weight)
    write_config(folder, config)
    save_weights(network, folder)
    start.copy_vocabulary(folder)
    seal(folder)
    return folder


def test_what_a_model_knew_of_them_is_not_leant_on(tiny_bert: Path, tmp_path: Path) -> None:
    text = "A red mug\nBLUE : lamp with a towel"
    with_them, without = (
        _pretrained(text, _model(tiny_bert, tmp_path / f"model-{told}", told=told), tmp_path / f"out-{told}")
        for told in (True, False)
    )
    assert with_them == without

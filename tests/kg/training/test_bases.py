from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from kg.extraction.loading import PACKAGED
from kg.extraction.spans.files import Config, read_pieces
from kg.extraction.spans.pieces import Characters, WordPieces
from kg.training.bases import read_base
from shelfgraph.errors import SetupError

if TYPE_CHECKING:
    from pathlib import Path


def test_a_model_may_be_trained_where_its_base_lies(tiny_bert: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_bert, tmp_path / "base")
    before = (folder / "tokenizer.json").read_bytes()
    read_base(folder).copy_vocabulary(folder)
    assert (folder / "tokenizer.json").read_bytes() == before


def test_the_vocabulary_of_an_earlier_model_does_not_stay(tiny_bert: Path, tmp_path: Path) -> None:
    english, chinese = read_base(tiny_bert), read_base(PACKAGED / "zh")
    for base, kind in ((english, WordPieces), (chinese, Characters), (english, WordPieces)):
        base.copy_vocabulary(tmp_path)
        assert isinstance(read_pieces(tmp_path), kind)


def test_an_encoder_with_embeddings_of_another_size_is_a_base(tiny_bert: Path, tmp_path: Path) -> None:
    from transformers import ElectraConfig, ElectraModel

    config = ElectraConfig(
        vocab_size=200,
        embedding_size=16,
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
    )
    ElectraModel(config).save_pretrained(tmp_path)
    shutil.copyfile(tiny_bert / "tokenizer.json", tmp_path / "tokenizer.json")
    assert read_base(tmp_path).encoder_config["hidden_size"] == 32


def test_an_encoder_whose_sizes_are_lists_is_read_as_it_is(tiny_bert: Path, tmp_path: Path) -> None:
    from transformers import DebertaV2Config, DebertaV2Model

    config = DebertaV2Config(
        vocab_size=200, hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64,
        relative_attention=True, pos_att_type=["p2c", "c2p"], type_vocab_size=0,
    )  # fmt: skip
    DebertaV2Model(config).save_pretrained(tmp_path)
    shutil.copyfile(tiny_bert / "tokenizer.json", tmp_path / "tokenizer.json")
    base = read_base(tmp_path)
    network = base.network(Config("", "en", "spans", base.encoder, base.encoder_config, ("ASKED",)))
    assert {name for name in base.weights if name not in network.state_dict()} == set()


def test_a_model_without_hidden_states_of_text_is_refused(tiny_bert: Path, tmp_path: Path) -> None:
    from transformers import T5Config, T5EncoderModel

    T5EncoderModel(T5Config(vocab_size=200, d_model=32, d_kv=8, d_ff=64, num_layers=1, num_heads=2)).save_pretrained(
        tmp_path
    )
    shutil.copyfile(tiny_bert / "tokenizer.json", tmp_path / "tokenizer.json")
    with pytest.raises(SetupError) as refused:
        read_base(tmp_path)
    assert refused.value.code.startswith("setup.base_model_un")


def test_an_encoder_that_cannot_read_a_whole_window_is_refused(tiny_bert: Path, tmp_path: Path) -> None:
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=200, hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=64,
    )  # fmt: skip
    BertModel(config).save_pretrained(tmp_path)
    shutil.copyfile(tiny_bert / "tokenizer.json", tmp_path / "tokenizer.json")
    with pytest.raises(SetupError) as refused:
        read_base(tmp_path)
    assert refused.value.code == "setup.base_model_unsuitable"


@pytest.mark.parametrize(
    ("name", "code"),
    [("tokenizer.json", "setup.relation_model_broken"), ("model.safetensors", "setup.base_model_unknown")],
)
def test_a_damaged_encoder_is_refused(name: str, code: str, tiny_bert: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_bert, tmp_path / "base")
    (folder / name).write_bytes((folder / name).read_bytes()[:100])
    with pytest.raises(SetupError) as refused:
        read_base(folder)
    assert refused.value.code == code

from __future__ import annotations

import json
import random
import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

from kg.extraction.spans import split_words

if TYPE_CHECKING:
    from pathlib import Path

_COLORS = ("red", "blue", "green", "black")
_TYPES = ("kettle", "mug", "lamp", "towel")
_SUBSTANCES = ("bpa", "latex", "lead")


@pytest.fixture(scope="session")
def tiny_bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of a few thousand weights, as transformers keeps it, that knows nothing yet."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("tiny-bert")
    known = [*_COLORS, *_TYPES, *_SUBSTANCES, "free", "with", "and", "a", "-", ",", *_asked()]
    words = list(dict.fromkeys(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *known]))
    tokenizer = Tokenizer(models.WordLevel({word: number for number, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=512,
    )  # fmt: skip
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def labels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty products in which colours, types and denied substances are marked."""
    path = tmp_path_factory.mktemp("labels") / "labels.jsonl"
    chance = random.Random(5)
    path.write_text("".join(json.dumps(_row(number, chance)) + "\n" for number in range(60)), encoding="utf-8")
    return path


def _asked() -> list[str]:
    """The words of the questions that training asks."""
    table = tomllib.loads((files("kg.extraction.spans") / "data" / "questions.toml").read_text(encoding="utf-8"))["en"]
    names = [name for usual in table["names"].values() for name in usual]
    return [word.lower() for name in names for word in split_words(name).texts]


def _row(number: int, chance: random.Random) -> dict[str, Any]:
    color, kind, substance = chance.choice(_COLORS), chance.choice(_TYPES), chance.choice(_SUBSTANCES)
    text = f"A {color} {kind}\n{substance}-free {kind} with a {color} towel"
    marked = [("COLOR", "affirmed", color), ("TYPE", "affirmed", kind), ("CONTAINS", "negated", substance)]
    relations = []
    for relation, polarity, value in marked:
        start = text.index(value)
        relations.append(
            {"relation": relation, "polarity": polarity, "value": value, "start": start, "end": start + len(value)}
        )
    return {"id": f"p{number}", "text": text, "relations": relations}

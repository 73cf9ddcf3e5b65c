"""What a network starts from: a model of ours, or any BERT."""

from __future__ import annotations

import json
import shutil
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kg.extraction.spans.files import CHARACTERS, TOKENIZER, Config, read_config, read_pieces, verify
from kg.extraction.spans.network import SpanNetwork
from kg.extraction.spans.weights import load_weights, shape_of
from shelfgraph.errors import SetupError

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from kg.extraction.spans.pieces import Pieces

_BERT: Final = (
    "vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size",
    "max_position_embeddings", "type_vocab_size", "layer_norm_eps", "hidden_act",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Base:
    """Where networks start.

    Args:
        folder: where it was read from.
        encoder: ``bert`` or ``gru``.
        encoder_config: the encoder's sizes.
        pieces: the vocabulary.
        weights: those there are, by the names of the network.
        labels: which labels the weights of the last layer are for, in order; none for a plain encoder.
    """

    folder: Path
    encoder: str
    encoder_config: dict[str, Any]
    pieces: Pieces
    weights: dict[str, Tensor]
    labels: tuple[str, ...]

    def network(self, config: Config, *, lora: int = 0) -> SpanNetwork:
        """A network of the sizes of ``config`` that starts from these weights, as far as they fit."""
        network = SpanNetwork(shape_of(config))
        own = network.state_dict()
        fitting = {
            name: value
            for name, value in self.weights.items()
            if name in own and own[name].shape == value.shape and (self.labels == config.labels or "scores" not in name)
        }
        network.load_state_dict({**own, **fitting})
        if lora:
            _adapt(network, lora)
        return network

    def copy_vocabulary(self, folder: Path) -> None:
        """Put the vocabulary beside a model that was trained from here."""
        name = TOKENIZER if (self.folder / TOKENIZER).is_file() else CHARACTERS
        shutil.copyfile(self.folder / name, folder / name)


def read_base(folder: Path) -> Base:
    """The base in ``folder``: a model that `train relations` wrote, or a transformers folder with a BERT.

    Raises:
        SetupError: it is neither (``setup.base_model_unknown``), or is not whole (``setup.relation_model_broken``).
    """
    try:
        raw = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _unknown(folder) from error
    if "encoder_config" in raw:
        verify(folder)
        config = read_config(folder)
        sizes, weights = dict(config.encoder_config), load_weights(folder)
        return Base(folder, config.encoder, sizes, read_pieces(folder), weights, config.labels)
    if raw.get("model_type") != "bert" or not (folder / TOKENIZER).is_file():
        raise _unknown(folder)
    from transformers import BertModel  # noqa: PLC0415 - takes seconds to import

    bert = BertModel.from_pretrained(folder, local_files_only=True, add_pooling_layer=False)
    weights = {f"encoder.bert.{name}": value.float() for name, value in bert.state_dict().items()}
    return Base(folder, "bert", {name: raw[name] for name in _BERT}, read_pieces(folder), weights, ())


def merged(network: SpanNetwork) -> SpanNetwork:
    """``network`` with its adapters, if it has any, worked into its weights."""
    encoder: Any = network.encoder
    if hasattr(getattr(encoder, "bert", None), "merge_and_unload"):
        encoder.bert = encoder.bert.merge_and_unload()
    return network


def _adapt(network: SpanNetwork, rank: int) -> None:
    from peft import LoraConfig, get_peft_model  # noqa: PLC0415 - only who asks for adapters pays

    encoder: Any = network.encoder
    if not hasattr(encoder, "bert"):
        raise SetupError(
            "setup.base_model_without_lora",
            "This base has no attention layers that adapters could be put on.",
            help="Leave --lora out.",
        )
    adapters = LoraConfig(r=rank, lora_alpha=2 * rank, lora_dropout=0.05, target_modules=["query", "key", "value"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # peft asks transformers by a name that is on its way out
        encoder.bert = get_peft_model(encoder.bert, adapters)


def _unknown(folder: Path) -> SetupError:
    return SetupError(
        "setup.base_model_unknown",
        f"{folder} holds neither a model that `train relations` wrote nor a BERT of transformers with tokenizer.json.",
        help="Name such a folder with --base, or leave it out to start from the packaged model.",
    )

"""What a network starts from: a model of ours, or any encoder of the transformers library."""

from __future__ import annotations

import json
import shutil
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import torch

from kg.extraction.spans.files import CHARACTERS, TOKENIZER, Config, read_config, read_pieces, verify
from kg.extraction.spans.network import SpanNetwork, TransformerEncoder
from kg.extraction.spans.pieces import MOST_OF_A_QUESTION
from kg.extraction.spans.weights import load_weights, shape_of
from kg.extraction.spans.windows import MOST_PIECES
from kg.extraction.spans.words import SHAPES, ZONES
from shelfgraph.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

    from kg.extraction.spans.pieces import Pieces

# What a configuration says of files and versions, not of sizes.
_NOT_SIZES: Final = frozenset({
    "_name_or_path", "dtype", "torch_dtype", "transformers_version", "architectures", "id2label", "label2id",
})  # fmt: skip
_FILES: Final = ("config.json", TOKENIZER, "*.safetensors")
# A row a label, and one of the polarity that they share; what each adds to it.
_LAST: Final = ("head.scores.weight", "head.scores.bias", "head.polarity.weight", "head.polarity.bias")
_MARKS: Final = 3  # around a question and a text
_FIRST_WORD: Final = 4  # numbers below are marks
_ALIKE: Final = 1e-3
# Which of its layers adapters are put on, by the names that the families of encoders give them.
_ATTENTION: Final = r".*\.(query|key|value|q|k|v|q_lin|k_lin|v_lin|query_proj|key_proj|value_proj|Wqkv)"


@dataclass(frozen=True, slots=True)
class Base:
    """Where networks start.

    Args:
        folder: where it was read from.
        encoder: ``transformer`` or ``gru``.
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
        for name, value in self.weights.items():
            if name in _LAST:
                if self.weights[_LAST[0]].shape[1] != own[_LAST[0]].shape[1]:
                    continue
                for row, label in enumerate(config.labels):
                    if label in self.labels:
                        own[name][row] = value[self.labels.index(label)]
                if own[name].shape[0] > len(config.labels):
                    own[name][-1] = value[-1]  # the polarity that they share
            elif name in own and own[name].shape == value.shape:
                own[name] = value
        network.load_state_dict(own)
        if lora:
            _adapt(network, lora)
        return network

    def copy_vocabulary(self, folder: Path) -> None:
        """Put the vocabulary beside a model that was trained from here, in place of what another training left."""
        name, other = (TOKENIZER, CHARACTERS) if (self.folder / TOKENIZER).is_file() else (CHARACTERS, TOKENIZER)
        (folder / other).unlink(missing_ok=True)
        if not (folder / name).exists() or not (folder / name).samefile(self.folder / name):
            shutil.copyfile(self.folder / name, folder / name)


def read_base(name: str | Path) -> Base:
    """The base in the folder ``name``, or on a hub under that id.

    A folder holds a model that `train relations` wrote, or an encoder as transformers saves it (``config.json``,
    ``tokenizer.json``, ``*.safetensors``). Only what is no folder is looked for on the hub.

    Raises:
        SetupError: it is neither (``setup.base_model_unknown``), is not whole (``setup.relation_model_broken``), or is
            an encoder that cannot read our texts (``setup.base_model_unsuitable``).
    """
    folder = _folder(name)
    try:
        raw = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _unknown(name) from error
    if "encoder_config" in raw:
        verify(folder)
        config = read_config(folder)
        sizes, weights = dict(config.encoder_config), load_weights(folder)
        return Base(folder, config.encoder, sizes, read_pieces(folder), weights, config.labels)
    if not (folder / TOKENIZER).is_file():
        raise _unknown(name)
    from safetensors import SafetensorError  # noqa: PLC0415 - as below
    from transformers import AutoConfig, AutoModel  # noqa: PLC0415 - takes seconds to import

    try:
        with quiet_transformers():  # it would tell of a missing pooler, which is not used
            known = AutoConfig.from_pretrained(folder, local_files_only=True)
            encoder = AutoModel.from_pretrained(folder, local_files_only=True).float()
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise _unknown(name) from error
    sizes = {
        name: value for name, value in known.to_diff_dict().items() if value is not None and name not in _NOT_SIZES
    }
    encoder.pooler = None
    sizes |= {"model_type": known.model_type, "hidden_size": getattr(known, "hidden_size", 0)}
    _try_out(name, encoder, sizes)
    weights = {f"encoder.model.{name}": value for name, value in encoder.state_dict().items()}
    return Base(folder, "transformer", sizes, read_pieces(folder), weights, ())


@contextmanager
def quiet_transformers() -> Iterator[None]:
    """Let the library say nothing but errors, and draw no bars of its own."""
    from transformers.utils import logging  # noqa: PLC0415 - takes seconds to import

    quiet: Any = logging
    told, drawn = quiet.get_verbosity(), quiet.is_progress_bar_enabled()
    quiet.disable_progress_bar()
    quiet.set_verbosity_error()
    try:
        yield
    finally:
        quiet.set_verbosity(told)
        if drawn:
            quiet.enable_progress_bar()


def _try_out(name: str | Path, known: Any, sizes: dict[str, Any]) -> None:  # noqa: ANN401 - transformers is untyped
    """Let an encoder made of ``sizes`` read the longest text, as ``known`` does: better now than hours later."""
    length = MOST_PIECES + MOST_OF_A_QUESTION + _MARKS
    zeros, mask = torch.zeros((1, length), dtype=torch.int64), torch.ones((1, length), dtype=torch.int64)
    ids = torch.arange(_FIRST_WORD, _FIRST_WORD + length).unsqueeze(0) % int(known.config.vocab_size)
    ids = ids.clamp(min=_FIRST_WORD)
    try:
        encoder = TransformerEncoder(sizes, shapes=SHAPES, zones=ZONES).eval()
        encoder.model.load_state_dict(known.state_dict())
        with torch.no_grad():
            states = encoder(ids, mask, zeros, zeros, zeros)
            expected = known.eval()(input_ids=ids, attention_mask=mask).last_hidden_state
        alike = torch.allclose(states, expected, atol=_ALIKE)
    except (RuntimeError, ValueError, TypeError, IndexError, AttributeError, ZeroDivisionError) as error:
        raise _unsuitable(name, length) from error
    if not alike or states.shape != (1, length, encoder.hidden):
        raise _unsuitable(name, length)


def _unsuitable(name: str | Path, length: int) -> SetupError:
    return SetupError(
        "setup.base_model_unsuitable",
        f"The encoder {name} cannot read texts of {length} pieces, a state for each.",
        help="Name an encoder with as many positions that takes embeddings: BERT, RoBERTa, MPNet, DeBERTa, …",
    )


def _folder(name: str | Path) -> Path:
    if Path(name).is_dir():
        return Path(name)
    from huggingface_hub import snapshot_download  # noqa: PLC0415 - only who names a hub id pays
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError  # noqa: PLC0415

    try:
        return Path(snapshot_download(str(name), allow_patterns=list(_FILES)))
    except (HFValidationError, HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        raise _unknown(name) from error


def merged(network: SpanNetwork) -> SpanNetwork:
    """``network`` with its adapters, if it has any, worked into its weights."""
    encoder: Any = network.encoder
    if hasattr(getattr(encoder, "model", None), "merge_and_unload"):
        encoder.model = encoder.model.merge_and_unload()
    return network


def _adapt(network: SpanNetwork, rank: int) -> None:
    from peft import LoraConfig, get_peft_model  # noqa: PLC0415 - only who asks for adapters pays

    encoder: Any = network.encoder
    if not hasattr(encoder, "model"):
        raise SetupError(
            "setup.base_model_without_lora",
            "This base has no attention layers that adapters could be put on.",
            help="Leave --lora out.",
        )
    adapters = LoraConfig(r=rank, lora_alpha=2 * rank, lora_dropout=0.05, target_modules=_ATTENTION)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # peft asks transformers by a name that is on its way out
        encoder.model = get_peft_model(encoder.model, adapters)


def _unknown(name: str | Path) -> SetupError:
    return SetupError(
        "setup.base_model_unknown",
        f"{name} is no model that `train relations` wrote, and no encoder of transformers with its tokenizer.json.",
        help="Name such a folder, or an id on a hub within reach, with --base; or start from the packaged model.",
    )

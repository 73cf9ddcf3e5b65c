"""The weights of a network as a file: matrices in int8 with one scale a row, which costs no measurable quality."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import torch
from safetensors.torch import load_file, save

from kg.extraction.spans.files import WEIGHTS, Config
from kg.extraction.spans.network import Shape, SpanNetwork

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

_SCALE: Final = ".scale"
# What models of before lack, and what changes nothing until it is trained: the polarity of each label, and what a
# recurrent encoder makes of a question.
_ADDED: Final = (
    "head.polarity.", "encoder.matched.", "encoder.likened.", "encoder.aligned.", "encoder.asked.",
)  # fmt: skip


def shape_of(config: Config) -> Shape:
    """The sizes of the network that ``config`` describes."""
    return Shape(config.encoder, config.encoder_config, config.labels, width=config.width, inner=config.inner)


def save_weights(network: SpanNetwork, folder: Path) -> None:
    """Write ``weights.safetensors``."""
    saved: dict[str, Tensor] = {}
    for name, weight in network.state_dict().items():
        value = weight.detach().float().cpu()
        if value.dim() == 2:  # noqa: PLR2004 - a matrix
            scale = (value.abs().amax(dim=1, keepdim=True) / 127).half()
            scale[scale == 0] = 1  # of a row of zeros
            saved[name] = (value / scale.float()).round().clamp(-127, 127).to(torch.int8)
            saved[name + _SCALE] = scale
        else:
            saved[name] = value.half()
    # Not `save_file`, whose files only their owner may read.
    (folder / WEIGHTS).write_bytes(save({name: value.contiguous() for name, value in saved.items()}))


def load_weights(folder: Path) -> dict[str, Tensor]:
    """The weights in ``folder``, by name, in single precision."""
    saved = load_file(folder / WEIGHTS)
    return {
        name: value.float() * saved[name + _SCALE].float() if name + _SCALE in saved else value.float()
        for name, value in saved.items()
        if not name.endswith(_SCALE)
    }


def load_network(folder: Path, config: Config) -> SpanNetwork:
    """The network in ``folder``, ready to read."""
    network = SpanNetwork(shape_of(config))
    weights = load_weights(folder)
    for name, value in network.state_dict().items():
        if name.startswith(_ADDED):
            weights.setdefault(name, value)
    network.load_state_dict(weights)
    return network.eval()

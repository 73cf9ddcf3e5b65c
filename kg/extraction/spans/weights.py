"""The weights of a network as a file: matrices in int8 with one scale a row, which costs no measurable quality."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Final

import torch
from safetensors.torch import load_file, save_file

from kg.extraction.spans.files import ONNX, WEIGHTS, Config
from kg.extraction.spans.network import Shape, SpanNetwork

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

_SCALE: Final = ".scale"
_OPSET: Final = 17


def shape_of(config: Config) -> Shape:
    """The sizes of the network that ``config`` describes."""
    return Shape(config.encoder, config.encoder_config, config.labels, width=config.width, inner=config.inner)


def save_weights(network: SpanNetwork, folder: Path) -> None:
    """Write ``weights.safetensors``."""
    saved: dict[str, Tensor] = {}
    for name, weight in network.state_dict().items():
        value = weight.detach().float().cpu()
        if value.dim() == 2:  # noqa: PLR2004 - a matrix
            scale = (value.abs().amax(dim=1, keepdim=True) / 127).clamp(min=1e-8).half()
            saved[name] = (value / scale.float()).round().clamp(-127, 127).to(torch.int8)
            saved[name + _SCALE] = scale
        else:
            saved[name] = value.half()
    save_file({name: value.contiguous() for name, value in saved.items()}, folder / WEIGHTS)


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
    network.load_state_dict(load_weights(folder))
    return network.eval()


def export_onnx(network: SpanNetwork, folder: Path) -> None:
    """Write ``model.onnx``: the network for one CPU, the products of matrices in int8 with a scale a channel."""
    from onnxruntime.quantization import (  # type: ignore[import-untyped]  # ships no types  # noqa: PLC0415
        QuantType,
        quantize_dynamic,
    )

    ones, words = torch.ones((2, 12), dtype=torch.int64), torch.arange(1, 9).repeat(2, 1)
    zeros = torch.zeros_like(ones)
    names = ["ids", "mask", "types", "shapes", "zones", "begins", "ends"]
    floating = folder / "float.onnx"
    _with_plain_attention(network)
    with warnings.catch_warnings():
        # Tracing warns of every size that Python looks at; the exported sizes are dynamic, as tests show.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network.eval().cpu(), (ones, ones, zeros, zeros, zeros, words, words + 1), str(floating),
            dynamo=False, opset_version=_OPSET, input_names=names, output_names=["scores", "denied"],
            dynamic_axes={name: {0: "texts", 1: "pieces"} for name in names[:5]}
            | {name: {0: "texts", 1: "words"} for name in (*names[5:], "scores", "denied")},
        )  # fmt: skip
        quantize_dynamic(
            floating, folder / ONNX, op_types_to_quantize=["MatMul"], per_channel=True, weight_type=QuantType.QInt8,
        )  # fmt: skip
    floating.unlink()


def _with_plain_attention(network: SpanNetwork) -> None:
    """Fused attention leaves the mask out of a trace whose example has no padding."""
    bert = getattr(network.encoder, "bert", None)
    if bert is not None:
        bert.config._attn_implementation = "eager"  # noqa: SLF001 - transformers reads it at each forward

"""A network as ``model.onnx``: for one CPU, products of matrices and tables of embeddings in int8."""

from __future__ import annotations

import logging
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper

from kg.extraction.spans.files import ONNX

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.extraction.spans.network import SpanNetwork

_OPSET: Final = 17
_LARGE: Final = 1 << 18  # numbers in a table that is worth shrinking
_PER_PIECE: Final = ("ids", "mask", "types", "shapes", "zones")
_PER_WORD: Final = ("begins", "ends")


def export_onnx(network: SpanNetwork, folder: Path) -> None:
    """Write ``model.onnx``; its inputs and outputs have the names and sizes of :class:`SpanNetwork`'s."""
    from onnxruntime.quantization import (  # type: ignore[import-untyped]  # ships no types  # noqa: PLC0415
        QuantType,
        quantize_dynamic,
    )

    ones, words = torch.ones((2, 12), dtype=torch.int64), torch.arange(1, 9).repeat(2, 1)
    zeros = torch.zeros_like(ones)
    floating = folder / "float.onnx"
    _with_plain_attention(network)
    with warnings.catch_warnings():
        # Tracing warns of every size that Python looks at; the exported sizes are dynamic, as tests show.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network.eval().cpu(), (ones, ones, zeros, zeros, zeros, words, words + 1), str(floating),
            dynamo=False, opset_version=_OPSET, input_names=[*_PER_PIECE, *_PER_WORD],
            output_names=["scores", "denied"],
            dynamic_axes={name: {0: "texts", 1: "pieces"} for name in _PER_PIECE}
            | {name: {0: "texts", 1: "words"} for name in (*_PER_WORD, "scores", "denied")},
        )  # fmt: skip
        _fuse(network, floating)
        head = [one.name for one in onnx.load(str(floating)).graph.node if "/head/" in one.name]
        with _without_advice():
            quantize_dynamic(
                floating, folder / ONNX, op_types_to_quantize=["MatMul", "Attention"], per_channel=True,
                weight_type=QuantType.QInt8, nodes_to_exclude=head,
                extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
            )  # fmt: skip
    floating.unlink()
    _shrink_tables(folder / ONNX)


@contextmanager
def _without_advice() -> Iterator[None]:
    """The quantiser tells the root logger to prepare the graph; :func:`_fuse` has done what helps."""

    def wanted(record: logging.LogRecord) -> bool:
        return record.funcName != "quantize_dynamic"

    root = logging.getLogger()
    root.addFilter(wanted)
    try:
        yield
    finally:
        root.removeFilter(wanted)


def _fuse(network: SpanNetwork, path: Path) -> None:
    """Make each layer's attention one operator, where it is a BERT's; that takes a tenth less time.

    Additions and the norms that follow them stay apart, as in ``kg.inference``.
    """
    config = getattr(getattr(network.encoder, "model", None), "config", None)
    if config is None or config.model_type != "bert":
        return
    from onnxruntime.transformers.fusion_options import FusionOptions  # type: ignore[import-untyped]  # noqa: PLC0415
    from onnxruntime.transformers.optimizer import optimize_model  # type: ignore[import-untyped]  # noqa: PLC0415

    options = FusionOptions("bert")
    options.enable_skip_layer_norm = options.enable_bias_skip_layer_norm = False
    optimized = optimize_model(
        str(path), model_type="bert", num_heads=config.num_attention_heads, hidden_size=config.hidden_size, opt_level=0,
        optimization_options=options,
    )  # fmt: skip
    optimized.save_model_to_file(str(path))


def _with_plain_attention(network: SpanNetwork) -> None:
    """Fused attention leaves the mask out of a trace whose example has no padding."""
    model = getattr(network.encoder, "model", None)
    if model is not None:
        model.config._attn_implementation = "eager"  # noqa: SLF001 - transformers reads it at each forward


def _shrink_tables(path: Path) -> None:
    """Keep tables that rows are gathered from in int8, with a scale a row: a quarter of the size, the same speed."""
    model = onnx.load(str(path))
    graph = model.graph
    tables = {one.name: one for one in graph.initializer if len(one.dims) == 2 and np.prod(one.dims) >= _LARGE}  # noqa: PLR2004 - rows and columns
    nodes: list[Any] = []
    shrunk: set[str] = set()
    for node in graph.node:
        if node.op_type != "Gather" or node.input[0] not in tables:
            nodes.append(node)
            continue
        name, rows, out = node.input[0], node.input[1], node.output[0]
        if name not in shrunk:
            values = numpy_helper.to_array(tables[name]).astype(np.float32)
            scale = np.maximum(np.abs(values).max(axis=1, keepdims=True) / 127, 1e-8).astype(np.float32)
            whole = np.clip(np.round(values / scale), -127, 127).astype(np.int8)
            graph.initializer.remove(tables[name])
            graph.initializer.extend([
                numpy_helper.from_array(whole, name), numpy_helper.from_array(scale, f"{name}.scale"),
            ])  # fmt: skip
            shrunk.add(name)
        nodes += [
            helper.make_node("Gather", [name, rows], [f"{out}.whole"]),
            helper.make_node("Cast", [f"{out}.whole"], [f"{out}.cast"], to=onnx.TensorProto.FLOAT),
            helper.make_node("Gather", [f"{name}.scale", rows], [f"{out}.scales"]),
            helper.make_node("Mul", [f"{out}.cast", f"{out}.scales"], [out]),
        ]
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.save(model, str(path))

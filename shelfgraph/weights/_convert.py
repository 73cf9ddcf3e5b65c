"""The child process of `shelfgraph.weights.conversions`: ``python -m shelfgraph.weights._convert KIND SOURCE OUT``."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any


def _minilm_onnx(source: Path, out: Path) -> None:
    """MiniLM with mean pooling and L2 normalisation in the graph, MatMul weights in int8 per channel.

    Quantising everything, or per tensor, costs accuracy (cosine 0.938 to the float model against 0.993).
    """
    import torch  # noqa: PLC0415 - each conversion loads what it needs
    from onnxruntime.quantization import (  # type: ignore[import-untyped]  # ships no types  # noqa: PLC0415
        QuantType,
        quantize_dynamic,
    )
    from transformers import AutoModel  # noqa: PLC0415

    encoder = AutoModel.from_pretrained(source, local_files_only=True, attn_implementation="eager").eval()

    class Pooled(torch.nn.Module):
        def forward(self, input_ids: Any, attention_mask: Any) -> Any:  # noqa: ANN401 - torch is untyped here
            hidden = encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
            mean = (hidden * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, dim=-1)

    pooled = Pooled()
    pooled.encoder = encoder
    floating = out / "float.onnx"
    example = torch.ones((2, 8), dtype=torch.int64)
    torch.onnx.export(
        pooled, (example, example), str(floating), dynamo=False, opset_version=17,
        input_names=["input_ids", "attention_mask"], output_names=["embedding"],
        dynamic_axes={
            "input_ids": {0: "batch", 1: "tokens"},
            "attention_mask": {0: "batch", 1: "tokens"},
            "embedding": {0: "batch"},
        },
    )  # fmt: skip
    quantize_dynamic(
        floating, out / "model.onnx", op_types_to_quantize=["MatMul"], per_channel=True, weight_type=QuantType.QInt8,
    )  # fmt: skip
    floating.unlink()
    shutil.copyfile(source / "tokenizer.json", out / "tokenizer.json")


def _smollm2_safetensors(source: Path, out: Path) -> None:
    """The GGUF weights in float32: loading them takes 3 s afterwards instead of 33 s."""
    import torch  # noqa: PLC0415
    from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: PLC0415

    (gguf,) = source.glob("*.gguf")
    tokenizer = AutoTokenizer.from_pretrained(source, gguf_file=gguf.name, local_files_only=True)
    model = AutoModelForCausalLM.from_pretrained(
        source, gguf_file=gguf.name, dtype=torch.float32, local_files_only=True
    )
    model.hf_quantizer = None  # type: ignore[assignment]  # what is saved is no longer quantised
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)


_KINDS = {"minilm-onnx-int8": _minilm_onnx, "smollm2-safetensors": _smollm2_safetensors}

if __name__ == "__main__":
    _KINDS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))

"""How ONNX files run on a CPU."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pathlib import Path

# onnxruntime makes one operator of an addition and the norm that follows it; that one is not vectorised, and takes
# three times as long as both apart: a tenth of a whole encoder's time.
_SLOWER: Final = ("SkipLayerNormFusion",)


def cpu_session(model: Path) -> Any:  # noqa: ANN401 - onnxruntime ships no types
    """A session that runs ``model`` on one thread; whoever wants several runs at once calls it from several threads."""
    import onnxruntime  # type: ignore[import-untyped]  # noqa: PLC0415 - importing kg must not load it

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(
        str(model), options, providers=["CPUExecutionProvider"], disabled_optimizers=list(_SLOWER)
    )

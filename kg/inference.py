"""Where models run, and how ONNX files run on a CPU."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from shelfgraph.errors import SetupError

if TYPE_CHECKING:
    from pathlib import Path

    from shelfgraph.settings import Settings

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


def device_of(settings: Settings) -> str:
    """Where a model runs: ``cpu`` or ``cuda``.

    Raises:
        SetupError: a GPU is insisted on, and there is none (``setup.device_missing``).
    """
    if settings.device == "cpu":
        return "cpu"
    import torch  # noqa: PLC0415 - takes seconds, and only who may have a GPU pays for it

    if torch.cuda.is_available():
        return "cuda"
    if settings.device == "cuda":
        raise SetupError(
            "setup.device_missing",
            "SHELFGRAPH_DEVICE is cuda, and PyTorch sees no GPU.",
            help="Install a build of PyTorch for this GPU and its driver, or set SHELFGRAPH_DEVICE to auto.",
        )
    return "cpu"

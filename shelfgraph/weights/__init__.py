"""Weights that come as Python packages, found without importing them and converted once into the data folder.

A leaf. Every function answers with a path that exists, or raises ``SetupError("setup.weights_missing")``, which
names the command that installs the package. A setting may name a packaged model, a hub id or a local folder: `source`
tells which.
"""

from __future__ import annotations

from shelfgraph.weights.conversions import minilm_onnx, smollm2_safetensors
from shelfgraph.weights.packaged import (
    MINILM,
    PACKAGED,
    SMOLLM2,
    SPACY_ENGLISH,
    USE_MULTILINGUAL,
    minilm_path,
    path,
    smollm2_gguf,
    source,
    spacy_model_path,
    use_multilingual_path,
)

__all__ = [
    "MINILM",
    "PACKAGED",
    "SMOLLM2",
    "SPACY_ENGLISH",
    "USE_MULTILINGUAL",
    "minilm_onnx",
    "minilm_path",
    "path",
    "smollm2_gguf",
    "smollm2_safetensors",
    "source",
    "spacy_model_path",
    "use_multilingual_path",
]

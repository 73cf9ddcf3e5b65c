"""Text embeddings of products and queries. Models load on first use, never at import."""

from __future__ import annotations

from kg.embedding.embedder import Embedder, load_embedder
from kg.embedding.products import Embedders, product_text

__all__ = ["Embedder", "Embedders", "load_embedder", "product_text"]

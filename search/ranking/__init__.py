"""How candidates are scored: a weighted sum of signals, each of which can be explained."""

from __future__ import annotations

from search.ranking.fusion import METHODS, WEIGHTS, Method, Weights, fuse, share

__all__ = ["METHODS", "WEIGHTS", "Method", "Weights", "fuse", "share"]

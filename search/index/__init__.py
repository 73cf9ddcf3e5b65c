"""The search index, a follower of the graph: `LocalIndex` answers, `Follower` keeps it current."""

from __future__ import annotations

from search.index.follower import Follower
from search.index.local import LocalIndex, ProductIndex

__all__ = ["Follower", "LocalIndex", "ProductIndex"]

"""The servers that come with the install: the graph (ArcadeDB) and the broker (Valkey), as child processes."""

from shelfgraph.embedded.arcadedb import ArcadeDB
from shelfgraph.embedded.server import EmbeddedServer
from shelfgraph.embedded.valkey import Valkey

__all__ = ["ArcadeDB", "EmbeddedServer", "Valkey"]

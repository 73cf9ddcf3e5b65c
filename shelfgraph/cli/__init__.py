"""The command ``shelfgraph``."""

from shelfgraph.cli.app import app, main

__all__ = ["app", "main"]

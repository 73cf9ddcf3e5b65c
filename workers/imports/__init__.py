"""The task that brings a feed into the graph."""

from workers.imports.run import run_import

__all__ = ["run_import"]

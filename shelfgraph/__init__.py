"""Shelfgraph: the application around the packages kg, search, generation, workers and api."""

__version__ = "0.1.0"

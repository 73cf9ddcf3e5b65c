"""Generators: what writes candidates. Models load on first use, never at import."""

from generation.engine.generator import Generator, Prompt, load_generator

__all__ = ["Generator", "Prompt", "load_generator"]

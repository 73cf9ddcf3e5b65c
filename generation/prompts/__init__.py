"""Prompts are fixed templates filled with typed facts; untrusted text is kept out of them by construction."""

from generation.prompts.hostile import hostile_spans, is_hostile, is_safe_value, trusted_facts

__all__ = ["hostile_spans", "is_hostile", "is_safe_value", "trusted_facts"]

"""Facts of one product that cannot all be true: found, and contested."""

from kg.contradictions.contest import contest
from kg.contradictions.statements import clashing_mentions

__all__ = ["clashing_mentions", "contest"]

"""Summaries of reviews in which every sentence leads to its reviews."""

from generation.review_summary.write import LANGUAGES, summarise

__all__ = ["LANGUAGES", "summarise"]

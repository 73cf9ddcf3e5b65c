"""Customers' questions answered with citations, or honestly not."""

from generation.answer.write import answer, validate_question

__all__ = ["answer", "validate_question"]

"""The one door of the claim check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generation.grounding.english import EnglishCheck
from generation.grounding.fact_index import build_index
from generation.grounding.findings import merge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.model import Claim, Fact, TextKind


class ClaimChecker:
    """Checks many texts against the same facts.

    Args:
        facts: the facts of a product, in any state; only open ones carry a claim.
        language: ISO 639-1; ``zh`` is checked by characters, anything else by words.
    """

    def __init__(self, facts: Sequence[Fact], *, language: str = "en") -> None:
        self.language = language
        if language == "zh":
            from generation.grounding.chinese import ChineseForms  # noqa: PLC0415 - jieba loads a dictionary

            self._chinese = ChineseForms(facts)
        else:
            self._index = build_index(facts)

    def check(self, text: str) -> tuple[Claim, ...]:
        """The claims of ``text``, in order; offsets are code points, half-open."""
        if self.language == "zh":
            return merge(text, self._chinese.findings(text))
        return merge(text, EnglishCheck(text, self._index).findings())


def check_claims(
    text: str, facts: Sequence[Fact], *, language: str = "en", kind: TextKind | None = None
) -> tuple[Claim, ...]:
    """What ``text`` states, span by span, and whether ``facts`` carry it.

    Every word and number that states something is in some claim; function words and a measured list of neutral words
    are not. Offsets are code points of ``text``, half-open.

    Args:
        text: the text to check.
        facts: the facts of its product, in any state; only open ones carry a claim.
        language: ISO 639-1; ``zh`` is checked by characters, anything else by words.
        kind: what the text is for; no kind changes the verdicts.
    """
    del kind
    return ClaimChecker(facts, language=language).check(text)

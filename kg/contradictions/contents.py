"""What a text says is in a product, or that the product needs: denied, and affirmed though another text denies it."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final

from kg.contradictions.parts import table
from kg.extraction.negation import Denial, denials, is_denied

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.ontology import Relation

_SENTENCE: Final = re.compile(r"[^.!?。！？\n]+(?:\.(?=[^\s])[^.!?。！？\n]+)*")
_FREE: Final = re.compile(r"[\s-]?free\b", re.IGNORECASE)
_REACH: Final = 40  # code points before a substance in which its amount, or the rest of its name, must begin
_PLACES: Final = 8  # a text that affirms one thing thousands of times proves it no more


class Contents:
    """What one text says of contents, read once for everything that other texts deny.

    Args:
        text: a field, normalised.
        language: ISO 639-1.
    """

    def __init__(self, text: str, language: str) -> None:
        self._text = text
        self._language = language
        self._all_denied = denials(text, language)

    def denied(self) -> dict[tuple[Relation, str], Denial]:
        """What the text denies: relation and thing (case folded), and where it is denied first."""
        first: dict[tuple[Relation, str], Denial] = {}
        for one in self._all_denied:
            if one.relation in {"CONTAINS", "REQUIRES"}:
                first.setdefault((one.relation, self._text[one.start : one.end].casefold()), one)
        return first

    def affirmed(self, relation: Relation, item: str) -> list[tuple[int, int]]:
        """Where the text affirms ``item`` (case folded), which another text denies with ``relation``."""
        places = self._needed(item) if relation == "REQUIRES" else self._contained(item)
        return list(islice(places, _PLACES))

    def _needed(self, item: str) -> Iterator[tuple[int, int]]:
        for need, pattern in _patterns().needs:
            if need == item:
                for match in pattern.finditer(self._text):
                    if not is_denied(self._text, match.start(), self._language):
                        yield match.span("item")

    def _contained(self, item: str) -> Iterator[tuple[int, int]]:
        for match in _word(item, self._language).finditer(self._text):
            if self._is_stated(*match.span()) and not (
                is_another(self._text, match.start(), item) or self._is_denied(*match.span())
            ):
                yield match.span()

    def _is_stated(self, start: int, end: int) -> bool:
        """Whether the sentence introduces contents before the word, or the word names what a part is made of."""
        at = bisect_right(self._sentences, start, key=lambda sentence: sentence.start) - 1
        if at < 0 or end > self._sentences[at].end:
            return False
        sentence = self._sentences[at]
        if start >= sentence.none_from:
            return False
        return start >= sentence.contents_from or bool(_patterns().after.match(self._text, end, sentence.end))

    def _is_denied(self, start: int, end: int) -> bool:
        text = self._text
        return bool(
            is_denied(text, start, self._language)
            or _FREE.match(text, end)
            or start in self._denied_positions
            or _patterns().amounts.search(text, max(0, start - _REACH), start)
        )

    @cached_property
    def _denied_positions(self) -> frozenset[int]:
        return frozenset(position for one in self._all_denied for position in range(one.start, one.end))

    @cached_property
    def _sentences(self) -> list[_Sentence]:
        return [self._sentence(*match.span()) for match in _SENTENCE.finditer(self._text)]

    def _sentence(self, start: int, end: int) -> _Sentence:
        introduced = _patterns().before.search(self._text, start, end)
        none = _patterns().none.search(self._text, start, end)
        return _Sentence(start, end, introduced.end() if introduced else end, none.start() if none else end)


def is_another(text: str, start: int, item: str) -> bool:
    """Whether ``item`` (case folded) at ``start`` only ends the name of another substance: milk in "coconut milk"."""
    names = _patterns().others.get(item)
    return names is not None and names.search(text, max(0, start - _REACH), start) is not None


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence (code points, half-open), and from where on it names what is in the product, and what is not."""

    start: int
    end: int
    contents_from: int
    none_from: int


@dataclass(frozen=True, slots=True)
class _Patterns:
    before: re.Pattern[str]
    after: re.Pattern[str]
    none: re.Pattern[str]
    amounts: re.Pattern[str]
    others: dict[str, re.Pattern[str]]
    needs: tuple[tuple[str, re.Pattern[str]], ...]


@lru_cache(maxsize=1)
def _patterns() -> _Patterns:
    contents = table()["contents"]
    before, after, none, amounts = (
        re.compile("|".join(contents[name]), re.IGNORECASE) for name in ("before", "after", "none", "amounts")
    )
    return _Patterns(
        before=before,
        after=after,
        none=none,
        amounts=amounts,
        others={item: re.compile(pattern, re.IGNORECASE) for item, pattern in contents["others"].items()},
        needs=tuple((one["item"], re.compile(one["pattern"], re.IGNORECASE)) for one in table()["needs"]),
    )


def _word(item: str, language: str) -> re.Pattern[str]:
    if language == "zh":
        # sugars go by many names in a list of ingredients
        return re.compile("白砂糖|蔗糖|果葡糖浆" if item.endswith("糖") else re.escape(item), re.IGNORECASE)
    return re.compile(rf"(?<![\w-]){re.escape(item)}s?\b", re.IGNORECASE)

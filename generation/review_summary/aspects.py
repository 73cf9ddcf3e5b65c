"""What reviews say about which aspect, sentence by sentence: found by word lists, judged by them and by the rating."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from generation.prompts import is_hostile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.model import Product, Review

_SENTENCE: Final = re.compile(r"[^.!?。！？；\n]*(?:[.!?。！？；]+|\n|$)")
_WORD: Final = re.compile(r"[a-z]+(?:['’-][a-z]+)*|[0-9]+")
_TURN: Final = re.compile(
    r"\b(?:but|although|though|however|except|otherwise)\b|(?<=[a-z]),(?=\s)|但是?|不过|就是|只是|，|,"
)
_REACH: Final = 4
_GOOD: Final = 4
_BAD: Final = 2


@dataclass(frozen=True, slots=True)
class Opinion:
    """One reviewer's word on an aspect: ``polarity`` is 1 or -1, the span points into the raw ``field``."""

    review_id: str
    aspect: str
    label: str
    polarity: int
    field: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Cue:
    aspect: str
    label: str
    words: str
    polarity: int


def opinions(product: Product, reviews: Sequence[Review], *, language: str) -> list[Opinion]:
    """Every judged mention of an aspect; reviews that give orders to a model say nothing here."""
    cues = [*_cues(language), *(_parts(product, reviews) if language == "en" else ())]
    found: list[Opinion] = []
    for review in reviews:
        if is_hostile(f"{review.title}\n{review.body}"):
            continue
        for field, text in (("title", review.title), ("body", review.body)):
            for start, end in clauses(text):
                found += _in_clause(review, field, start, end, text, cues, language)
    return found


def clauses(text: str) -> Iterator[tuple[int, int]]:
    """Spans of sentences, cut where the author turns ("great sound, but loud")."""
    for match in _SENTENCE.finditer(text):
        start = match.start()
        for turn in _TURN.finditer(text, match.start(), match.end()):
            if turn.start() - start > 12:  # noqa: PLR2004 - shorter pieces are lists, not judgements
                yield start, turn.start()
                start = turn.start()
        if text[start : match.end()].strip(" ,，"):
            yield start, match.end()


def _in_clause(  # noqa: PLR0913, PLR0917 - private, one caller
    review: Review, field: str, start: int, end: int, text: str, cues: Sequence[_Cue], language: str
) -> Iterator[Opinion]:
    clause = text[start:end].lower().replace("’", "'")
    best: dict[str, tuple[int, _Cue]] = {}
    for cue in cues:
        place = _find(clause, cue.words, language)
        if place is None:
            continue
        polarity = cue.polarity
        if polarity:
            polarity = -polarity if _negated(clause, place, cue, language) else polarity
        held = best.get(cue.aspect)
        # A word that judges outweighs one that only names; of two that judge, the longer is the more certain.
        if held is None or (bool(cue.polarity), len(cue.words)) > (bool(held[1].polarity), len(held[1].words)):
            best[cue.aspect] = (polarity, cue)
    for polarity, cue in best.values():
        judged = polarity or _tone(clause, language)
        if judged and not _doubtful(judged, cue, review):
            left = start + len(text[start:end]) - len(text[start:end].lstrip(" ,，"))
            right = start + len(text[start:end].rstrip())
            yield Opinion(review.review_id, cue.aspect, cue.label, judged, field, left, right, text[left:right])


def _find(clause: str, words: str, language: str) -> int | None:
    if language == "zh":
        place = clause.find(words)
        return place if place >= 0 else None
    match = re.search(rf"(?<![\w'-]){re.escape(words)}(?![\w'-])", clause)
    return match.start() if match else None


def _negated(clause: str, place: int, cue: _Cue, language: str) -> bool:
    negators: list[str] = _data(language)["negators"]
    if language == "zh":
        before = clause[max(0, place - 2) : place]
        return any(before.endswith(negator) for negator in negators)
    if any(word in cue.words.split() for word in negators):
        return False
    before_words = [match.group() for match in _WORD.finditer(clause[:place])][-_REACH:]
    return any(word in negators for word in before_words)


def _tone(clause: str, language: str) -> int:
    """How a clause that only names an aspect judges it, by its opinion words; 0 where it does not."""
    data = _data(language)
    score = 0
    if language == "zh":
        for polarity, words in ((1, data["positive"]), (-1, data["negative"])):
            for word in words:
                place = clause.find(word)
                if place >= 0:
                    negated = any(clause[max(0, place - 2) : place].endswith(negator) for negator in data["negators"])
                    score += -polarity if negated else polarity
    else:
        said = [match.group() for match in _WORD.finditer(clause)]
        for place, word in enumerate(said):
            polarity = 1 if word in data["positive"] else -1 if word in data["negative"] else 0
            if polarity:
                negated = any(before in data["negators"] for before in said[max(0, place - _REACH) : place])
                score += -polarity if negated else polarity
    return (score > 0) - (score < 0)


def _doubtful(polarity: int, cue: _Cue, review: Review) -> bool:
    """Whether the stars speak against a reading that rests on one word: praise at 1 star, blame at 5."""
    if review.rating is None or " " in cue.words:
        return False
    return (polarity > 0 and review.rating <= _BAD) or (polarity < 0 and review.rating > _GOOD)


@lru_cache(maxsize=4)
def _data(language: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(files(__package__).joinpath("data", f"{language}.json").read_text("utf-8"))


@lru_cache(maxsize=4)
def _cues(language: str) -> tuple[_Cue, ...]:
    return tuple(
        _Cue(aspect["name"], aspect["label"], words, polarity)
        for aspect in _data(language)["aspects"]
        for polarity, key in ((0, "terms"), (1, "positive"), (-1, "negative"))
        for words in aspect[key]
    )


def _parts(product: Product, reviews: Sequence[Review]) -> Iterator[_Cue]:
    """Parts of this product that more than one reviewer names, or its own text and one reviewer."""
    listed = set(_data("en")["parts"])
    own = set(_WORD.findall(" ".join((product.title, product.description, *product.bullets)).lower()))
    named: dict[str, int] = {}
    for review in reviews:
        for word in set(_WORD.findall(f"{review.title} {review.body}".lower())) & listed:
            named[word] = named.get(word, 0) + 1
    for word, count in named.items():
        if count > 1 or word in own:
            yield _Cue(word, f"the {word}", word, 0)

"""English text as tokens: words with their stems, numbers with their values, and whether a clause denies them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from generation.grounding.lexicon import english, stem

_TOKEN: Final = re.compile(r"\d+(?:[.,/]\d+)*(?:[^\W\d_]+)?|[½¼¾⅓⅔⅛⅜⅝⅞]|[^\W_]+(?:['’][^\W\d_]+)?|[%°#$€£&+]")
_NUMBER: Final = re.compile(r"(\d+(?:[.,]\d+)*)(?:/(\d+))?([^\W\d_]*)")
_CLAUSE_END: Final = re.compile(r"[;:!?—–()\n•|]|\.(?=\s|$)|,\s+(?=but\b|yet\b|with\b|plus\b)")
_VULGAR: Final = {
    "½": 0.5,
    "¼": 0.25,
    "¾": 0.75,
    "⅓": 1 / 3,
    "⅔": 2 / 3,
    "⅛": 0.125,
    "⅜": 0.375,
    "⅝": 0.625,
    "⅞": 0.875,
}
_MIN_STEM: Final = 3


@dataclass(frozen=True, slots=True)
class Token:
    """A word or number of a text; ``stem`` stands for its synonym group, ``clause`` counts from 0."""

    start: int
    end: int
    word: str
    stem: str
    number: float | None
    clause: int
    denied: bool = False
    negator: bool = False


def tokenize(text: str) -> list[Token]:
    """The tokens of an English text with their polarity; offsets are code points of ``text``."""
    lexicon = english()
    breaks = [match.start() for match in _CLAUSE_END.finditer(text)]
    tokens = []
    for match in _TOKEN.finditer(text):
        word = match.group().lower().replace("’", "'")
        clause = sum(1 for position in breaks if position < match.start())
        own = stem(word)
        number = _number(word, lexicon.numbers)
        tokens.append(Token(match.start(), match.end(), word, lexicon.synonyms.get(own, own), number, clause))
    return _deny(tokens, text)


def _number(word: str, words: dict[str, float]) -> float | None:
    if word in _VULGAR:
        return _VULGAR[word]
    if word in words:
        return float(words[word])
    match = _NUMBER.fullmatch(word)
    if not match or match[3]:
        return None
    whole = match[1]
    grouped = re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", whole)
    plain = whole.replace(",", "") if grouped else whole.replace(",", ".")
    if plain.count(".") > 1:
        return None
    return float(plain) / int(match[2]) if match[2] and int(match[2]) else float(plain)


def _deny(tokens: list[Token], text: str) -> list[Token]:
    """Mark what a negator reaches: to the clause's end or a word that turns; "-free", "not included" reach back."""
    lexicon = english()
    result = list(tokens)
    for position, token in enumerate(tokens):
        if token.word in lexicon.negators or token.word.endswith("n't"):
            result[position] = replace(result[position], negator=True)
            _deny_ahead(result, position, text)
        elif token.word == "free" and position:
            _deny_free(result, position, text)
        elif token.word == "non" and position + 1 < len(tokens):
            result[position] = replace(result[position], negator=True)
            result[position + 1] = replace(result[position + 1], denied=not result[position + 1].denied)
    lowered = text.lower()
    for cue in lexicon.exclude_cues:
        for match in re.finditer(re.escape(cue), lowered):
            _deny_back(result, match.start(), match.end(), text)
    return result


def _deny_ahead(tokens: list[Token], position: int, text: str) -> None:
    lexicon = english()
    clause = tokens[position].clause
    reached = False
    for index in range(position + 1, len(tokens)):
        token = tokens[index]
        gap = text[tokens[index - 1].end : token.start]
        following = tokens[index + 1].word if index + 1 < len(tokens) else ""
        turns = token.word in lexicon.scope_end and (token.word != "and" or following in lexicon.function)
        # After a comma the reach goes on only through a list: "no paint, no varnish", "without gluten, dairy or soy".
        lists = any(later.word in {"or", "nor"} for later in tokens[index:] if later.clause == clause)
        if token.clause != clause or (reached and (turns or ("," in gap and not lists))):
            return
        tokens[index] = replace(token, denied=True)
        reached = reached or token.word not in lexicon.function


def _deny_free(tokens: list[Token], position: int, text: str) -> None:
    hyphen = text[tokens[position - 1].end : tokens[position].start]
    after = tokens[position + 1] if position + 1 < len(tokens) else None
    if after and after.word in {"of", "from"}:
        tokens[position] = replace(tokens[position], negator=True)
        _deny_ahead(tokens, position, text)
    elif hyphen in {"-", " ", "‑"} and tokens[position - 1].word not in english().function:
        tokens[position] = replace(tokens[position], negator=True)
        tokens[position - 1] = replace(tokens[position - 1], denied=True)


def _deny_back(tokens: list[Token], start: int, end: int, text: str) -> None:
    clause = next((token.clause for token in tokens if token.start >= start), None)
    for index, token in enumerate(tokens):
        if token.clause == clause and token.end <= start and ", with" not in text[token.start : start]:
            tokens[index] = replace(token, denied=True)
        elif start <= token.start < end:
            tokens[index] = replace(token, negator=True, denied=False)


def lessness(token: Token) -> str | None:
    """What a word in "-less" or "un-" denies, as a stem: ``odorless`` denies ``odor``."""
    if token.word.endswith("less") and len(token.word) > len("less") + _MIN_STEM - 1 and token.word != "wireless":
        own = stem(token.word[:-4])
        return english().synonyms.get(own, own)
    return None

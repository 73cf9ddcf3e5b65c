"""Numbers of a text against numbers of the facts: equal under conversion, or a near miss, or not said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generation.grounding.findings import Finding
from generation.grounding.lexicon import english
from kg.resolution import Quantity, quantities

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generation.grounding.fact_index import Entry, FactIndex
    from generation.grounding.tokens import Token

_RELATIVE: Final = 0.02
_EXACT: Final = 1e-6
_DECIMALS: Final = re.compile(r"\d+(?:,\d{3})*(?:\.(\d+))?")
_COUNTED: Final = frozenset({"count", "piece", "pack", "set"})


def check_quantities(
    text: str, tokens: Sequence[Token], index: FactIndex, *, language: str = "en"
) -> Iterator[tuple[Finding, list[int]]]:
    """Findings for numbers with units, each with the positions of the tokens it covers."""
    for quantity in quantities(text, language):
        covered = [
            position
            for position, token in enumerate(tokens)
            if token.start < quantity.end and token.end > quantity.start and not _is_word_only(token, quantity, text)
        ]
        if not covered:
            continue
        start = min(quantity.start, tokens[covered[0]].start)
        end = max(quantity.end, tokens[covered[-1]].end)
        verdict, entries, reason = match_quantity(quantity, index, _next_noun(tokens, covered[-1]))
        ids = tuple(dict.fromkeys(entry.fact.fact_id for entry in entries))
        if verdict == "unsupported" and quantity.text.lower().startswith("one"):
            continue
        yield Finding(start, end, verdict, ids, reason), covered  # type: ignore[arg-type]


def _is_word_only(token: Token, quantity: Quantity, text: str) -> bool:
    del text
    return token.end <= quantity.start or token.start >= quantity.end


def match_quantity(quantity: Quantity, index: FactIndex, noun: str | None) -> tuple[str, list[Entry], str]:
    """The verdict on one quantity, and the entries that carry it or speak against it."""
    equal: list[Entry] = []
    rivals: list[Entry] = []
    for entry in index.entries:
        if entry.fact.polarity == "negated":
            continue
        for own in _of(entry):
            if own.kind != quantity.kind or own.unit != quantity.unit:
                continue
            (equal if _same(quantity, own) else rivals).append(entry)
    if equal:
        about = [entry for entry in equal if noun is not None and _says(entry, noun)]
        others = [entry for entry in rivals if noun is not None and _says(entry, noun)]
        if not about and others:
            return "contradicted", others, "the facts give this another number"
        chosen = about or equal
        stated = [entry for entry in chosen if not entry.implied]
        return ("supported", stated[:2], "") if stated else ("implied", chosen[:2], chosen[0].reason)
    if rivals:
        return "contradicted", rivals[:3], "the facts give another number"
    contested = [
        entry
        for entry in index.contested
        if any(_same(quantity, own) for own in _of(entry) if own.kind == quantity.kind)
    ]
    return "unsupported", contested[:2], "the fact is contested" if contested else "no fact gives this number"


def _of(entry: Entry) -> list[Quantity]:
    own = entry.fact.entity.quantity
    if own is not None and not entry.implied:
        kind, magnitude, unit = own
        return [*entry.quantities, Quantity(0, 0, kind, magnitude, unit, entry.fact.value)]
    return list(entry.quantities)


def _same(left: Quantity, right: Quantity) -> bool:
    """Equal, or equal as far as either writes digits, never more than 2 % apart."""
    if left.magnitude == right.magnitude:
        return True
    largest = max(abs(left.magnitude), abs(right.magnitude))
    apart = abs(left.magnitude - right.magnitude)
    if apart <= _EXACT * largest:
        return True
    return apart <= min(max(_rounding(left), _rounding(right)), _RELATIVE * largest) and _converted(left, right)


def _converted(left: Quantity, right: Quantity) -> bool:
    """Whether the two are written in different units: within one unit only the same number is equal."""
    units = [re.sub(r"[\d.,/\s\-]", "", one.text).lower().rstrip("s") for one in (left, right)]
    return units[0] != units[1]


def _rounding(quantity: Quantity) -> float:
    match = _DECIMALS.search(quantity.text)
    if not match or not quantity.magnitude:
        return 0.0
    written = float(match.group().replace(",", ""))
    if not written:
        return 0.0
    return float(0.5 * 10 ** -len(match[1] or "") * abs(quantity.magnitude / written))


def _says(entry: Entry, stem: str) -> bool:
    return any(token.stem == stem for token in entry.tokens)


def _next_noun(tokens: Sequence[Token], position: int) -> str | None:
    lexicon = english()
    for token in tokens[position + 1 : position + 3]:
        if token.clause != tokens[position].clause or token.word in lexicon.function or token.number is not None:
            return None
        if token.word not in lexicon.glue:
            return token.stem
    return None


def check_number(position: int, tokens: Sequence[Token], index: FactIndex) -> Finding | None:
    """A number without a unit: what it counts decides which facts it must agree with."""
    token = tokens[position]
    noun = _next_noun(tokens, position)
    equal: list[Entry] = []
    rivals: list[Entry] = []
    for entry in index.entries:
        if entry.fact.polarity == "negated":
            continue
        for place, own in enumerate(entry.tokens):
            if own.number is None:
                continue
            about = noun is not None and any(near.stem == noun for near in entry.tokens[max(0, place - 2) : place + 4])
            if own.number == token.number:
                equal.append(entry)
            elif about:
                rivals.append(entry)
        equal += [entry for read in entry.quantities if read.magnitude == token.number and read.kind in _COUNTED]
    about_equal = [entry for entry in equal if noun is not None and _says(entry, noun)]
    chosen = about_equal or ([] if rivals else equal)
    if chosen:
        ids = tuple(dict.fromkeys(entry.fact.fact_id for entry in chosen))[:2]
        stated = any(not entry.implied for entry in chosen)
        return Finding(token.start, token.end, "supported" if stated else "implied", ids)
    if rivals:
        ids = tuple(dict.fromkeys(entry.fact.fact_id for entry in rivals))[:3]
        return Finding(token.start, token.end, "contradicted", ids, "the facts give another number")
    return Finding(token.start, token.end, "unsupported", (), "no fact gives this number")

"""The rules that may bring an attribute's values into their normal form, with the parameters that its pairs suggest."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, Final

from kg.extraction.spans.normalising import LONGEST
from kg.extraction.spans.operations import PICKS, Alike, around, magnitudes, picked, piece_key, written
from kg.resolution.quantities import quantities
from kg.resolution.units import unit_lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_Votes = dict[str, float]
_FIGURE: Final = re.compile(r"[0-9]{1,15}(?:\.([0-9]{1,3}))?(?P<suffix>[^0-9]{0,40})")
_KINDS: Final = ("length", "weight", "volume")  # tried where no value states a unit
_MOST_SLICES: Final = 3
_SCREENED: Final = 24  # pairs that tell whether a conversion is worth counting in full
_NEARLY: Final = 0.8  # of what the best conversion gets right of them


@dataclass(frozen=True, slots=True)
class Pair:
    """A value as a text states it, and the normal forms that are right for its offer."""

    value: str
    accepted: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rule:
    """An operation of ``kg.extraction.spans.operations`` with its parameters."""

    operation: str
    parameters: Mapping[str, Any]


def fixed_rules(pairs: Sequence[Pair]) -> Iterator[Rule]:
    """Rules that know nothing of single values, the plainest first."""
    for operation in ("upper_case", "lower_case", "letters_and_digits"):
        yield Rule(operation, {})
    figures = [match for one in pairs for form in sorted(one.accepted) if (match := _FIGURE.fullmatch(form))]
    if not figures:
        return
    suffix = first(Counter(match["suffix"] for match in figures))
    for pick in PICKS:
        yield Rule("number", {"pick": pick, "suffix": suffix})
    yield from _slices(pairs)
    places = [len(match[1] or "") for match in figures]
    yield from _conversions(pairs, suffix, sorted({min(places), max(places), first(Counter(places))}))


def fit_rewrite(pairs: Sequence[Pair]) -> Rule:
    """The rewriting that most pairs with the same numbers on both sides agree with."""
    pieces: defaultdict[str, _Votes] = defaultdict(dict)
    words: defaultdict[str, _Votes] = defaultdict(dict)
    for pair in pairs:
        numbers, stated = around(pair.value)
        normal = [found for form in sorted(pair.accepted) for kept, found in [around(form)] if kept == numbers]
        for one in normal:
            for (place, piece), (_, form) in zip(stated, one, strict=True):
                _vote(pieces[piece_key(place, piece)], form, 1 / len(normal))
                if piece.strip().isalpha():
                    _vote(words[piece.strip().casefold()], form.strip(), 1 / len(normal))
    return Rule(
        "rewrite",
        {
            # What has no number is for the table, and for its words.
            "pieces": {key: first(votes) for key, votes in sorted(pieces.items()) if not key.startswith("whole:")},
            "words": {word: first(votes) for word, votes in sorted(words.items())},
        },
    )


def normal_forms(groups: Mapping[str, Sequence[Pair]]) -> dict[str, str]:
    """The form of each value, by its key, that most of its offers accept; of equals the one of similar values."""
    votes: dict[str, _Votes] = {}
    for key, group in groups.items():
        votes[key] = {}
        for pair in group:
            for form in pair.accepted:
                # An offer with two forms says less of either.
                _vote(votes[key], form, 1 / len(pair.accepted))
    forms = {key: first(found) for key, found in votes.items()}
    known, settled = Alike(forms), dict(forms)
    for key, found in votes.items():
        equals = [form for form, count in found.items() if math.isclose(count, found[forms[key]])]
        like = known.nearest(key, without=key) if len(equals) > 1 else None
        if like in equals:
            settled[key] = like
    return settled


def first(votes: Mapping[Any, float]) -> Any:  # noqa: ANN401 - forms or numbers
    """What has most votes, of equals the first in order."""
    return max(sorted(votes), key=votes.__getitem__)


def _vote(votes: _Votes, form: str, share: float) -> None:
    votes[form] = votes.get(form, 0.0) + share


def _slices(pairs: Sequence[Pair]) -> Iterator[Rule]:
    """Which digits of a code the normal forms are; the usual places only."""
    places: Counter[tuple[int, int]] = Counter()
    for pair in pairs:
        code = "".join(re.findall("[0-9]", pair.value[:LONGEST]))
        for form in pair.accepted:
            start = code.find(form) if form.isdecimal() else -1
            if start >= 0:
                places[start, start + len(form)] += 1
    for (start, end), _ in sorted(places.items(), key=lambda item: (-item[1], item[0]))[:_MOST_SLICES]:
        yield Rule("digits", {"start": start, "end": end})


def _conversions(pairs: Sequence[Pair], suffix: str, decimals: Sequence[int]) -> Iterator[Rule]:
    """Conversions that a sample of the pairs agrees with, those that it agrees with best."""
    sample = pairs[:: max(len(pairs) // _SCREENED, 1)]
    agreed: list[tuple[int, Rule]] = []
    for units in _units(sample):
        for unit, default in product(units, ("", *units)):
            read = [magnitudes(pair.value[:LONGEST], unit, default=default) for pair in sample]
            if not any(read):
                continue
            for pick, places, trim in product(PICKS, decimals, (False, True)):
                said = [
                    f"{written(picked(found, pick), decimals=places, trim=trim)}{suffix}" if found else None
                    for found in read
                ]
                right = sum(form in pair.accepted for form, pair in zip(said, sample, strict=True))
                parameters = {"unit": unit, "decimals": places, "trim": trim, "default": default, "pick": pick}
                agreed.append((right, Rule("quantity", parameters | {"suffix": suffix})))
    most = max((right for right, _ in agreed), default=0)
    yield from (rule for right, rule in agreed if right and right >= most * _NEARLY)


def _units(pairs: Sequence[Pair]) -> list[list[str]]:
    """The units that convert into each other, of each kind that the values state."""
    lexicon = unit_lexicon()
    stated = {one.kind for pair in pairs for one in quantities(pair.value[:LONGEST])}
    by_kind: defaultdict[str, list[str]] = defaultdict(list)
    for unit in lexicon.units.values():
        if unit.kind in (stated or _KINDS):
            by_kind[unit.kind].append(unit.name)
    return [names for _, names in sorted(by_kind.items()) if len({lexicon.units[name].base for name in names}) == 1]

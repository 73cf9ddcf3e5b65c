"""The operations that bring a value as a text states it into a schema's normal form.

Each is general; which one an attribute needs, and with which parameters, is learnt from pairs
(``kg.training.normalising``). An operation gives None where it says nothing of a value.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from inspect import signature
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Pick = Literal["first", "last", "largest", "sum"]
PICKS: Final[tuple[Pick, ...]] = ("first", "last", "largest", "sum")

_COUNTS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1000, "dozen": 12, "single": 1, "dual": 2, "double": 2,
    "twin": 2, "pair": 2, "duo": 2, "triple": 3, "trio": 3, "quad": 4, "quadruple": 4, "octa": 8,
}  # fmt: skip
_COUNTED: Final = re.compile(
    r"(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]{1,15})(?P<rest>\.[0-9]{1,9})?(?P<thousands>[kK](?![A-Za-z]))?"
    rf"|(?<![A-Za-z])(?P<word>{'|'.join(_COUNTS)})(?![a-z])",
    re.IGNORECASE | re.ASCII,
)
_DIGITS: Final = re.compile(r"[0-9]")
_NUMBER: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_WORD: Final = re.compile(r"[^\W\d_]+")
_TOKEN: Final = re.compile(r"\w+")
_GRAM: Final = 3  # characters
_WORD_WEIGHT: Final = 2.0  # beside 1 of a gram; measured, as is the next
_SHARPNESS: Final = 4  # the power of a similarity that is its vote


def build(operation: str, parameters: Mapping[str, Any], known: Mapping[str, str]) -> Callable[[str], str | None]:
    """The operation of that name.

    Args:
        operation: ``as_it_stands``, ``upper_case``, ``lower_case``, ``letters_and_digits``, ``number``, ``digits``,
            ``quantity``, ``rewrite`` or ``alike``.
        parameters: of the function here that has its name.
        known: normal forms of known surface values, for ``alike``.

    Raises:
        ValueError: there is no such operation.
        TypeError: it has other parameters.
    """
    if operation not in _OPERATIONS:
        raise ValueError(f"There is no operation {operation!r}.")
    told = {**parameters, "among": Alike(known)} if operation == "alike" else dict(parameters)
    signature(_OPERATIONS[operation]).bind("", **told)
    return partial(_OPERATIONS[operation], **told)


def as_it_stands(value: str) -> str:
    """``value`` itself."""
    return value


def upper_case(value: str) -> str:
    """``value`` in capitals."""
    return value.upper()


def lower_case(value: str) -> str:
    """``value`` in small letters."""
    return value.lower()


def letters_and_digits(value: str) -> str | None:
    """Nothing but the letters and digits of ``value``: "583718-B21" is "583718B21"."""
    return "".join(character for character in value if character.isalnum()) or None


def number(value: str, *, pick: Pick, suffix: str = "") -> str | None:
    """A number of ``value`` in plain digits: "1,000/Box" is "1000", "Dual Port" is "2", "7.2K RPM" is "7200"."""
    read = [
        Decimal(_COUNTS[match["word"].casefold()])
        if match["word"]
        else Decimal(match["digits"].replace(",", "") + (match["rest"] or "")) * (1000 if match["thousands"] else 1)
        for match in _COUNTED.finditer(value)
    ]
    return f"{_plain(picked(read, pick))}{suffix}" if read else None


def digits(value: str, *, start: int, end: int) -> str | None:
    """Some digits of a code, whatever stands between them: those from ``start`` to before ``end``."""
    return "".join(_DIGITS.findall(value))[start:end] or None


def quantity(  # noqa: PLR0913 - how a figure is written has that many sides
    value: str,
    *,
    unit: str,
    decimals: int,
    trim: bool = False,
    default: str = "",
    pick: Pick = "first",
    suffix: str = "",
) -> str | None:
    """A quantity of ``value`` converted to ``unit``: '18-9/16"' is "47.1" in centimetres.

    Args:
        value: what the text states.
        unit: the unit's name in ``kg.resolution``'s list.
        decimals: that are written.
        trim: whether zeros at their end are left out.
        default: the unit of a number that stands alone; empty: such a number is no quantity.
        pick: which, where there are several.
        suffix: what is written behind the number.
    """
    read = magnitudes(value, unit, default=default)
    return f"{written(picked(read, pick), decimals=decimals, trim=trim)}{suffix}" if read else None


def magnitudes(value: str, unit: str, *, default: str = "") -> list[float]:
    """All quantities of ``value`` that ``unit`` can measure, in it, in the order they stand."""
    from kg.resolution.quantities import quantities  # noqa: PLC0415 - starts pint, which most values do without
    from kg.resolution.units import unit_lexicon  # noqa: PLC0415 - same

    lexicon = unit_lexicon()
    target = lexicon.units[unit]
    alone = value.rstrip()
    if default and alone[-1:].isnumeric():
        names = chain(lexicon.words.items(), lexicon.exact.items())
        value = alone + next(name for name, one in names if one.name == default)
    # Nine digits, as in kg.resolution: 22.5 in is 57.15 cm, not 57.150000000000006.
    return [
        float(f"{(one.magnitude - target.offset) / target.factor:.9g}")
        for one in quantities(value)
        if one.kind == target.kind and one.unit == target.base
    ]


def written(magnitude: float, *, decimals: int, trim: bool) -> str:
    """A magnitude with so many decimals."""
    text = f"{magnitude:.{decimals}f}"
    return text.rstrip("0").removesuffix(".") if trim and "." in text else text


def rewrite(value: str, *, pieces: Mapping[str, str], words: Mapping[str, str]) -> str:
    """``value`` with what stands around its numbers rewritten: "18MB" is "18 Megabytes", "G7" is "Generation 7".

    Args:
        value: what the text states.
        pieces: by place and piece, as :func:`around` gives them.
        words: what replaces a word of any other piece, by the word in lower case.
    """
    numbers, found = around(value)
    out = [_piece(place, piece, pieces, words) for place, piece in found]
    return "".join(text for pair in zip(out, [*numbers, ""], strict=True) for text in pair).strip()


def around(value: str) -> tuple[list[str], list[tuple[str, str]]]:
    """The numbers of a value, and what stands around them, each with its place: ``first``, ``between``, ``last``.

    There is one piece more than there are numbers; the one of a value without numbers has the place ``whole``.
    """
    numbers, pieces = _NUMBER.findall(value), _NUMBER.split(value)
    places = ["first", *["between"] * (len(pieces) - 2), "last"] if numbers else ["whole"]
    return numbers, list(zip(places, pieces, strict=True))


def piece_key(place: str, piece: str) -> str:
    """How a piece is looked up."""
    return f"{place}:{piece.casefold()}"


@dataclass(slots=True)
class Alike:
    """The normal form that the most similar known values have: "Utility Sink" is what "Sink" and "Hand Sink" are.

    Known values vote with their similarity, the cosine of their words and grams of three characters, to the fourth.

    Args:
        known: the normal form of each known value.
    """

    known: Mapping[str, str]
    _holders: dict[str, list[tuple[str, float]]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        holders: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
        for value in self.known:
            for feature, weight in _features(value).items():
                holders[feature].append((value, weight))
        self._holders = dict(holders)

    def nearest(self, value: str, *, without: str | None = None) -> str | None:
        """The normal form of ``value`` by those it is like, but for ``without``; None where it is like none."""
        products: defaultdict[str, float] = defaultdict(float)
        for feature, weight in _features(value).items():
            for known, other in self._holders.get(feature, ()):
                products[known] += weight * other
        votes: defaultdict[str, float] = defaultdict(float)
        for known in sorted(products.keys() - {without}):
            votes[self.known[known]] += products[known] ** _SHARPNESS
        return max(sorted(votes), key=votes.__getitem__, default=None)


def alike(value: str, *, among: Alike, otherwise: str) -> str:
    """The normal form that the most similar known values have; ``otherwise`` where none is similar."""
    return among.nearest(value) or otherwise


def _features(value: str) -> dict[str, float]:
    """The words and grams of a value, as a vector of length 1."""
    features: dict[str, float] = {}
    for word in _TOKEN.findall(value.casefold()):
        features[word] = _WORD_WEIGHT
        edged = f" {word} "
        features |= {f"{edged[at : at + _GRAM]}\0": 1.0 for at in range(len(edged) - _GRAM + 1)}
    length = sum(weight * weight for weight in features.values()) ** 0.5
    return {feature: weight / length for feature, weight in features.items()}


def picked(read: Sequence[Any], pick: Pick) -> Any:  # noqa: ANN401 - floats or decimals
    """One of several figures, which are there."""
    return {"first": read[0], "last": read[-1], "largest": max(read), "sum": sum(read)}[pick]


def _plain(read: Decimal) -> str:
    text = f"{read:f}"
    return text.rstrip("0").removesuffix(".") if "." in text else text


def _piece(place: str, piece: str, pieces: Mapping[str, str], words: Mapping[str, str]) -> str:
    for tried in (piece, piece.strip(" -_./")):
        known = pieces.get(piece_key(place, tried))
        if known is not None:
            return known
    return _WORD.sub(lambda match: words.get(match.group().casefold(), match.group()), piece)


_OPERATIONS: Final[dict[str, Callable[..., str | None]]] = {
    operation.__name__: operation
    for operation in (
        as_it_stands, upper_case, lower_case, letters_and_digits, number, digits, quantity, rewrite, alike,
    )
}  # fmt: skip

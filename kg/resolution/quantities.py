"""Numbers with units in text, read exactly.

Only what is certain is read: ``IPX7``, ``4K`` or ``USB 3.2`` are no quantities. Equal quantities in different units
have the same magnitude, because every kind has one base unit; kinds without one (packs, pieces, cups) never convert.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final

from kg.resolution.units import Unit, unit_lexicon

_WORDS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "half": 0.5, "半": 0.5, "一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5,
    "六": 6, "七": 7, "八": 8, "九": 9, "十": 10,
}  # fmt: skip
_VULGAR: Final = {
    "½": 1 / 2,
    "¼": 1 / 4,
    "¾": 3 / 4,
    "⅓": 1 / 3,
    "⅔": 2 / 3,
    "⅛": 1 / 8,
    "⅜": 3 / 8,
    "⅝": 5 / 8,
    "⅞": 7 / 8,
}
_DIGITS: Final = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]{1,12}|(?=\.[0-9]))(?:\.[0-9]{1,9})?"
_DIGITS_WITH_COMMA: Final = r"(?:[0-9]{1,12}(?:[.,][0-9]{1,9}){0,5}|\.[0-9]{1,9})"


def _numbers(digits: str) -> re.Pattern[str]:
    return re.compile(
        # not inside a word, a longer number, a version or a price; a space is not needed after "24x" or "24 mm x"
        r"(?:(?<![A-Za-z0-9_.,/$€£¥#])|(?<=[0-9][xX])|(?<=[\s\"”″][xX]))(?:"
        r"(?P<mixed>[0-9]{1,4}[ -][1-9][0-9]{0,2}/[1-9][0-9]{0,2})(?![0-9/])"
        r"|(?P<fraction>[0-9]{1,4}/[1-9][0-9]{0,3})(?![0-9/])"
        rf"|(?P<vulgar>[0-9]{{0,4}}\s?[{''.join(_VULGAR)}])"
        rf"|(?P<digits>(?:(?<![^\s(:：,，])[-−])?{digits}万?)"
        r"|(?P<word>(?a:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half)(?![A-Za-z])"
        r"|(?<![一二两三四五六七八九十百千万第半几])[半一两二三四五六七八九十](?![一二三四五六七八九十百千万])))",
        re.IGNORECASE,
    )


_NUMBER: Final = _numbers(_DIGITS)
_NUMBER_WITH_COMMA: Final = _numbers(_DIGITS_WITH_COMMA)
_POINT_LANGUAGES: Final = frozenset({"en", "zh", "ja", "ko", "th", "he"})  # the others may write decimal commas
_GROUPED: Final = re.compile(
    r"[-−]?(?P<first>[0-9]{1,3})(?P<mark>[.,])[0-9]{3}(?P<more>(?:(?P=mark)[0-9]{3})*(?:(?!(?P=mark))[.,][0-9]+)?)"
)
_LINK: Final = re.compile(r"\s*(?:[xX×*~–—-]|\bby\b|\bto\b|\band\b|\bor\b|至|到)\s*", re.IGNORECASE)
_TIMES: Final = re.compile(r"[xX×*]|by", re.IGNORECASE)
# "330 ml" in "12 x 330 ml" says nothing of the 12; of these kinds both factors are sides.
_IN_SIDES: Final = frozenset({"length", "pixels", "resolution"})
_SIDE: Final = re.compile(r"\s?\(?(?P<side>[WDHL])(?![A-WYZ0-9])\)?", re.IGNORECASE)
# Watts and litres name sides where another side follows ("20L x 10W"): "50W x 50W" are watts.
_FIRST_SIDE: Final = re.compile(
    _SIDE.pattern + r"(?=\s*(?:[x×*]|by)\s*[0-9]+(?:[.,/][0-9]+)*(?:[\s-][0-9]+/[0-9]+|\s?"
    rf"[{''.join(_VULGAR)}])?\s?(?:[\"”″'′’]|in\.?|cm|mm|m|ft\.?)?[\s-]?\(?(?!(?P=side))[WDHL](?![A-WYZ0-9]))",
    re.IGNORECASE,
)
_AXIS: Final = re.compile(
    r"[\s-]?\(?(?:\b(?:wide|deep|high|tall|long|thick)|(?<![A-Za-z])[WDHL])\b\)?\.?", re.IGNORECASE
)
# "in" is far more often the preposition: it is an inch only where a dimension goes on or the phrase ends.
_BARE_INCH: Final = re.compile(
    r"[\s-]?in(?=\s*(?:[,;)\]×*]|/(?![A-Za-z])|$|x\b|x\s?[0-9]|wide\b|long\b|deep\b|high\b|tall\b|thick\b|dia|drive\b|round\b|square\b|by\b|[whld]\b))",
    re.IGNORECASE,
)
_OF: Final = re.compile(
    r"\b(?P<container>pack|set|box|case|bag|pair|kit|lot|carton|bundle)s?\s+of\s+"
    r"(?P<number>[0-9]{1,5}|(?a:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve))\b",
    re.IGNORECASE,
)
_KELVINS: Final = range(1000, 20001)
_CLOTHING: Final = re.compile(r"\s*(?:petite|plus|tall|regular|short|wide)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit: ``text[start:end]`` says it, ``magnitude`` is in ``unit``, the base unit of ``kind``."""

    start: int
    end: int
    kind: str
    magnitude: float
    unit: str
    text: str

    @property
    def key(self) -> str:
        """The same for equal quantities, whatever unit they were written in."""
        return f"{self.kind}:{self.magnitude:.9g} {self.unit}"


@dataclass(frozen=True, slots=True)
class _Chain:
    """Numbers (start, end, value) that stand linked and still without a unit, and where the next link would start."""

    end: int = 0
    numbers: list[tuple[int, int, float]] = field(default_factory=list)
    factors: int = 0  # how many of them stand before the last "x"
    sided: bool = False  # whether the number before an "x" says which side it is

    def up_to(self, text: str, start: int) -> _Chain:
        """The chain that a number at ``start`` goes on, or an empty one."""
        link = _LINK.match(text, self.end) if self.end else None
        if link is None or link.end() != start:
            return _Chain()
        if _TIMES.search(link.group()):
            return replace(self, factors=len(self.numbers))
        return replace(self, sided=False)


def quantities(text: str, language: str = "en") -> list[Quantity]:
    """Every quantity in ``text``, from left to right; offsets are code points of ``text``, half-open.

    A unit written once counts for each number of its chain: ``6.5 x 6.5 inches`` gives two lengths, the first of which
    spans its number only. ``12 x 330 ml`` gives one volume, because there the first is a count.

    Args:
        text: what to read; normalised or raw.
        language: ISO 639-1; in Chinese "pack of 4" is not looked for. Where a language writes decimal commas, "2,5 kg"
            is read so, and "2,500 kg" is not read, because it may be either.
    """
    language = language.partition("-")[0].lower()
    found = [] if language == "zh" else [_container(match) for match in _OF.finditer(text)]
    taken = {position for quantity in found for position in range(quantity.start, quantity.end)}
    chain = _Chain()
    for match in (_NUMBER if language in _POINT_LANGUAGES else _NUMBER_WITH_COMMA).finditer(text):
        if match.start() in taken or match.start() < chain.end:
            continue
        chain = chain.up_to(text, match.start())
        side = (_SIDE if chain.sided else _FIRST_SIDE).match(text, match.end())
        end = side.end() if side else match.end()
        value = _value(match, language)
        read = None if value is None else _unit_after(text, match, value, end)
        if value is None or (read is None and match["word"]):
            chain = _Chain(end)
        elif read is None or (side and read[0].kind != "length"):
            chain.numbers.append((match.start(), match.end(), value))
            chain = replace(chain, end=end, sided=bool(side))
        else:
            unit, end = read
            linked = chain.numbers if unit.kind in _IN_SIDES else chain.numbers[chain.factors :]
            found += [_quantity(text, start, stop, number, unit) for start, stop, number in linked]
            found.append(_quantity(text, match.start(), end, value, unit))
            axis = _AXIS.match(text, end)
            chain = _Chain(axis.end() if axis else end, sided=bool(side or axis))
    return sorted(found, key=lambda quantity: quantity.start)


def _value(match: re.Match[str], language: str) -> float | None:
    written = match.group()
    if match["mixed"]:
        whole, fraction = written.replace("-", " ").split()
        top, bottom = fraction.split("/")
        return int(whole) + int(top) / int(bottom)
    if match["fraction"]:
        top, bottom = written.split("/")
        return int(top) / int(bottom)
    if match["vulgar"]:
        return float(written[:-1].strip() or 0) + _VULGAR[written[-1]]
    if match["word"]:
        return float(_WORDS[written.casefold()])
    plain = written.replace("−", "-").removesuffix("万")
    value = float(plain.replace(",", "")) if language in _POINT_LANGUAGES else _with_comma(plain)
    return value * 10_000 if value and written.endswith("万") else value


def _with_comma(plain: str) -> float | None:
    """A number of a language that may write decimal commas; none where its mark may part thousands as well."""
    grouped = _GROUPED.fullmatch(plain)
    if grouped is None and plain.count(".") + plain.count(",") > 1:
        return None
    if grouped and grouped["more"]:
        plain = plain.replace(grouped["mark"], "")
    elif grouped and not grouped["first"].startswith("0"):
        return None
    return float(plain.replace(",", "."))


def _unit_after(text: str, match: re.Match[str], value: float, end: int) -> tuple[Unit, int] | None:
    lexicon = unit_lexicon()
    inch = _BARE_INCH.match(text, end)
    if inch and not match["word"]:
        return lexicon.units["inch"], inch.end()
    found = lexicon.pattern.match(text, end)
    if found is None:
        return None
    written = found["unit"]
    unit = lexicon.exact.get(written) or lexicon.words[written.casefold()]
    unlikely = (
        (match["word"] and len(written) == 1 and written.isascii())  # "one m"
        or (unit.name == "kelvin" and value not in _KELVINS)
        or (unit.name == "watt" and _CLOTHING.match(text, found.end()))
        or (unit.kind != "temperature" and value < 0)
    )
    return None if unlikely else (unit, found.end())


def _container(match: re.Match[str]) -> Quantity:
    number = match["number"].casefold()
    value = float(_WORDS.get(number) or float(number))
    container = match["container"].casefold()
    unit = unit_lexicon().units.get(container if container in {"set", "box", "bag", "pair"} else "pack")
    name = unit.name if unit else "pack"
    if container == "set":
        name = "piece"
    return Quantity(match.start(), match.end(), "count", value, name, match.group())


def _quantity(text: str, start: int, end: int, value: float, unit: Unit) -> Quantity:
    magnitude = float(f"{value * unit.factor + unit.offset:.9g}")
    return Quantity(start, end, unit.kind, magnitude, unit.base, text[start:end])

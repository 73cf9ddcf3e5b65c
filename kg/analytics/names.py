"""What products are called in other products' texts: the head of each title, without brand and sizes."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.graph import ProductName

_CJK: Final = "\u3400-\u9fff"
# a word, with hyphens and one decimal point; a run of Chinese characters is one token of its own
_TOKEN: Final = re.compile(rf"[{_CJK}]+|(?:(?![{_CJK}])[^\W_])+(?:[-.'’](?:(?![{_CJK}])[^\W_])+)*%?")
_HEAD_END: Final = re.compile(r",|\(|（|\s[–—-]\s|:\s|\b(?:for|with|pour|für)\b", re.IGNORECASE)
_PART: Final = re.compile(r"\bfor\b|\b(?:replacement|spare)\b|专用|替换", re.IGNORECASE)
_NUMBER: Final = re.compile(r"[A-Za-z]{0,3}\d{1,4}|I{1,3}|IV|VI{0,3}|IX|X")
_MEASURED: Final = re.compile(
    r"(\d+(?:[.,]\d+)?)\s?(cm|mm|m|km|in|ft|l|ml|g|kg|lb|oz|w|v|ah|mah|wh|lm|tb|gb|hz|tog|寸|码|升)\b", re.IGNORECASE
)
_MEASURED_ZH: Final = re.compile(r"(\d+(?:[.,]\d+)?)(cm|mm|ml|kg|l|m|g|w|v|寸|码|升)", re.IGNORECASE)
_SHOE_SIZE: Final = re.compile(r"\b(US|EU|UK)\s?(\d{1,2}(?:\.5)?)\b")
FUNCTION_WORDS: Final = frozenset(
    "a an the of for with and or to in on at is are if i we you my our any your its this that one new".split()  # noqa: SIM905 - as below
)
_BUNDLES: Final = frozenset({"set", "kit", "pack", "pair", "bundle", "box"})
UNITS: Final = frozenset(
    "cm mm m km in ft l ml g kg lb oz w v a ah mah wh lm tb gb hz tog pieces pack pcs gsm sheets cups bits x".split()  # noqa: SIM905 - words read better
)


class Token(NamedTuple):
    """A word of a text and where it stands; ``key`` is what two words are compared by: lower case, no plural s."""

    text: str
    start: int
    end: int
    key: str


@dataclass(slots=True)
class Family:
    """A product or the variants of one group, under one name.

    Attributes:
        key: the same for all variants of a group.
        brand: the words of the brand, by their keys.
        head: the words of the title after the brand, up to the first comma, "for" or the like.
        chunk: the same in a Chinese title, as text.
        name: the head as text, to be measured.
        number: the number that belongs to the name (``2`` of Orso 2), which a mention has to repeat.
        noun: what the product is in one word, by its key: the last of the head that is no measure.
        measured: the name begins with a measure, which names nothing without the brand.
        words: all words of the title, by their keys.
        is_part: the title says what it is for, or that it is a spare part.
        members: the products, each with the measures of its title.
    """

    key: str
    brand: tuple[str, ...]
    head: tuple[Token, ...]
    chunk: str
    name: str
    number: str | None = None
    noun: str = ""
    measured: bool = False
    words: frozenset[str] = frozenset()
    is_part: bool = False
    members: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def product_ids(self) -> tuple[str, ...]:
        """The ids of the products of this name."""
        return tuple(self.members)

    def differing(self) -> frozenset[str]:
        """The measures that some variants have and others have not."""
        shared = frozenset.intersection(*self.members.values())
        return frozenset().union(*self.members.values()) - shared


def tokens(text: str) -> list[Token]:
    """The words of a text."""
    return [Token(word := found.group(), *found.span(), _key(word)) for found in _TOKEN.finditer(text)]


def measures(text: str) -> frozenset[str]:
    """The measures in a text, in one spelling: ``28cm``, ``us9``."""
    found = {f"{number}{unit}".casefold() for number, unit in _MEASURED.findall(text)}
    found |= {f"{number}{unit}".casefold() for number, unit in _MEASURED_ZH.findall(text)}
    found |= {f"{system}{number}".casefold() for system, number in _SHOE_SIZE.findall(text)}
    return frozenset(found)


def _key(word: str) -> str:
    word = word.casefold().replace("’", "'").removesuffix("'s")
    return word[:-1] if len(word) > len("gas") and word.endswith("s") and not word.endswith("ss") else word


class NameIndex:
    """All families of a catalogue, to be found by what a text may call them."""

    def __init__(self, names: Iterable[ProductName]) -> None:
        self.families: dict[str, Family] = {}
        self.family_of: dict[str, Family] = {}
        for name in names:
            self._add(name)
        self._by_noun: dict[str, list[Family]] = defaultdict(list)
        self._ordinary: dict[str, bool] = {}
        self._by_word: dict[str, list[Family]] = defaultdict(list)
        self._by_first: dict[str, list[Family]] = defaultdict(list)
        self._by_brand: dict[str, list[Family]] = defaultdict(list)
        self._chunks: dict[str, list[Family]] = defaultdict(list)
        for family in self.families.values():
            for word in family.words:
                self._by_word[word].append(family)
            if family.noun:
                self._by_noun[family.noun].append(family)
            if family.head:
                self._by_first[family.head[0].key].append(family)
            if family.brand:
                self._by_brand[family.brand[0]].append(family)
            if family.chunk:
                self._chunks[family.chunk[:2]].append(family)

    def of_brand(self, first_word: str) -> list[Family]:
        """The families whose brand begins with a word (by its key)."""
        return self._by_brand.get(first_word, [])

    def named(self, first_word: str) -> list[Family]:
        """The families whose name begins with a word (by its key)."""
        return self._by_first.get(first_word, [])

    def is_ordinary(self, word: str) -> bool:
        """Whether titles of several brands hold the word (by its key): then it names nothing by itself."""
        known = self._ordinary.get(word)
        if known is None:
            families = self._by_word.get(word, [])
            known = word in FUNCTION_WORDS or any(family.brand != families[0].brand for family in families)
            self._ordinary[word] = known
        return known

    def of_kind(self, noun: str) -> list[Family]:
        """The families that a noun (by its key) says what they are."""
        return self._by_noun.get(noun, [])

    def chunks_at(self, text: str, start: int) -> list[Family]:
        """The families whose Chinese name begins with the two characters at ``start``."""
        return self._chunks.get(text[start : start + 2], [])

    def identifiers(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Product ids written out in a text, as (start, end, id)."""
        for found in re.finditer(r"(?<![\w-])[A-Za-z0-9][\w-]{3,40}(?![\w-])", text, re.ASCII):
            if found.group() in self.family_of and any(map(str.isdigit, found.group())):
                yield found.start(), found.end(), found.group()

    def _add(self, name: ProductName) -> None:
        key = f"group:{name.item_group_id}" if name.item_group_id else f"product:{name.product_id}"
        family = self.families.get(key)
        if family is None:
            family = self.families[key] = _family(key, name)
        family.members[name.product_id] = measures(name.title)
        self.family_of[name.product_id] = family


def _family(key: str, name: ProductName) -> Family:
    brand = tuple(token.key for token in tokens(name.brand or ""))
    cut = _HEAD_END.search(name.title)
    words = tokens(name.title[: cut.start()] if cut and cut.start() else name.title)
    if brand and tuple(word.key for word in words[: len(brand)]) == brand:
        words = words[len(brand) :]
    elif brand:
        # the title begins with what it is: "Bottomless Portafilter for …" names no model of its own
        words = [word for word in words if word.key not in brand]
    chunk = ""
    if words and re.search(f"[{_CJK}]", name.title):
        begin = words[0].start
        chunk = re.split(r"\s", name.title[begin:], maxsplit=1)[0]
        words = words[:1] if re.fullmatch(r"[A-Za-z]{0,4}\d[\w]*", words[0].text) else []
    nouns = (word.key for word in reversed(words) if not any(map(str.isdigit, word.text)))
    return Family(
        key,
        brand,
        tuple(words),
        chunk,
        name=chunk or " ".join(word.text for word in words),
        number=_number(words),
        noun=next((noun for noun in nouns if noun not in _BUNDLES and noun not in UNITS), ""),
        measured=(words[0].text if words else chunk)[:1].isdigit(),
        words=frozenset(word.key for word in tokens(name.title)),
        is_part=bool(_PART.search(name.title)),
    )


def _number(words: Sequence[Token]) -> str | None:
    """The second word where it is a number, and no measure's."""
    following = words[1].text if len(words) > 1 else ""
    unit = words[2].key if len(words) > len(("name", "number")) else ""
    return following if _NUMBER.fullmatch(following) and unit not in UNITS else None

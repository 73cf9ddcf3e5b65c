"""Where a text names other products of the catalogue, and how sure that is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.analytics.names import Family, NameIndex, Token, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CJK_REACH: Final = 14
_MIN_COMMON: Final = 4
_CJK_CHARACTER: Final = re.compile("[\u3400-\u9fff]")
_BREAK: Final = re.compile(r"[,;:.()。，；]")
_SENTENCE_START: Final = re.compile(r"(?:^|[.!?;:•\n]\s*)$")


@dataclass(frozen=True, slots=True)
class NameMention:
    """A span of a text (code points, half-open) that names a family, or one product by its id.

    It is not ``sure`` where a name stands alone that is not of the text's own brand and has no number.
    """

    start: int
    end: int
    family: Family
    product_id: str | None = None
    sure: bool = True


def find_mentions(text: str, index: NameIndex, own: Family) -> list[NameMention]:
    """The mentions of other families, in the order of the text; where two overlap, the longer one."""
    found = [
        NameMention(start, end, index.family_of[product_id], product_id)
        for start, end, product_id in index.identifiers(text)
    ]
    words = tokens(text)
    for at, word in enumerate(words):
        found.extend(_branded(text, words, at, index, own))
        found.extend(_named(text, words, at, index, own))
        if _CJK_CHARACTER.match(word.text):
            found.extend(_chinese(text, word, index, own))
    if _CJK_CHARACTER.search(text):
        found.extend(_chinese_from_latin(text, words, index, own))
    return _longest([mention for mention in found if mention.family is not own])


def _branded(text: str, words: Sequence[Token], at: int, index: NameIndex, own: Family) -> Iterator[NameMention]:
    """A brand, and after it words of one title in its order: ``Stovrik Smed``, ``Asterloom cork block``."""
    best: list[tuple[int, int, Family]] = []
    for family in index.of_brand(words[at].key):
        after = at + len(family.brand)
        if tuple(word.key for word in words[at:after]) != family.brand or not words[at].text[:1].isupper():
            continue
        matched, last = _run(text, words, after, family)
        if matched >= 2 or (matched == 1 and _is_name(words[after], family)):  # noqa: PLR2004 - two words of a title
            best.append((matched, last, family))
    yield from _only_best(words[at].start, words, best, own, branded=True)


def _named(text: str, words: Sequence[Token], at: int, index: NameIndex, own: Family) -> Iterator[NameMention]:
    """A name without its brand: with its number (``Orso 2``), of the same brand, or with more of its title."""
    word = words[at]
    best: list[tuple[int, int, Family]] = []
    candidates = index.named(word.key)
    if not candidates:
        return
    ordinary = index.is_ordinary(word.key)
    at_start = bool(_SENTENCE_START.search(text, max(0, word.start - 3), word.start))
    for family in candidates:
        if family.measured or not _is_name(word, family):
            continue
        same_brand = family.brand == own.brand and not at_start
        if not (family.number or same_brand or not ordinary):
            continue
        matched, last = _run(text, words, at, family)
        # the name and one word more, unless it names something by itself
        if matched >= 2 or (matched and same_brand and not ordinary):  # noqa: PLR2004
            best.append((matched, last, family))
    if own.brand and len(best) > 1 and (same := [one for one in best if one[2].brand == own.brand]):
        best = same
    yield from _only_best(word.start, words, best, own, branded=False)


def _is_name(word: Token, family: Family) -> bool:
    """Whether a word is the name's first, written as a name is."""
    return bool(family.head) and word.text == family.head[0].text and (word.text[0].isupper() or word.text[0].isdigit())


def _run(text: str, words: Sequence[Token], at: int, family: Family) -> tuple[int, int]:
    """How many words from ``at`` on follow the title's order, and the last of them; 0 where the number differs."""
    if _other_number(words, at, family):
        return 0, at
    head = family.head
    place = matched = 0
    last = at
    for position in range(at, min(at + len(head), len(words))):
        if position > at and _BREAK.search(text, words[position - 1].end, words[position].start):
            break
        where = next((step for step in range(place, len(head)) if head[step].key == words[position].key), None)
        if where is None:
            break
        place, matched, last = where + 1, matched + 1, position
    return matched, last


def _other_number(words: Sequence[Token], at: int, family: Family) -> bool:
    """Whether the name is there without its number or with another: Drip 8 is no Drip 10."""
    number = family.number
    if number is None or at >= len(words) or words[at].key != family.head[0].key:
        return False
    return at + 1 >= len(words) or words[at + 1].text.casefold() != number.casefold()


def _only_best(
    start: int, words: Sequence[Token], best: Sequence[tuple[int, int, Family]], own: Family, *, branded: bool
) -> Iterator[NameMention]:
    if not best:
        return
    most = max(matched for matched, _, _ in best)
    winners = [(last, family) for matched, last, family in best if matched == most]
    if len(winners) > 1:
        # of a machine and its spare part, both called by the machine's name, the shorter title is the machine
        shortest = min(len(family.name) for _, family in winners)
        winners = [one for one in winners if len(one[1].name) == shortest]
    winners = [one for one in winners if one[1] is not own] or winners
    if len(winners) == 1:
        last, family = winners[0]
        sure = branded or family.brand == own.brand or family.number is not None
        yield NameMention(start, words[last].end, family, sure=sure)


def _chinese(text: str, word: Token, index: NameIndex, own: Family) -> Iterator[NameMention]:
    for start in range(word.start, word.end - 1):
        yield from _chinese_at(text, start, index, own)


def _chinese_from_latin(text: str, words: Sequence[Token], index: NameIndex, own: Family) -> Iterator[NameMention]:
    for word in words:
        if not _CJK_CHARACTER.match(word.text):
            yield from _chinese_at(text, word.start, index, own)


def _chinese_at(text: str, start: int, index: NameIndex, own: Family) -> Iterator[NameMention]:
    """A name by its first characters and, soon after, its last two; or by four characters in a row."""
    hits = []
    for family in index.chunks_at(text, start):
        chunk = family.chunk
        reach = text[start : start + len(chunk) + _CJK_REACH]
        common = next((size for size in range(min(len(chunk), len(reach)), 0, -1) if reach.startswith(chunk[:size])), 0)
        tail = reach.find(chunk[-2:], 2)
        clause = re.search(r"[，。；、！？,;\s]", reach)
        near = tail >= 0 and (clause is None or tail < clause.start()) and len(chunk) > _MIN_COMMON
        if not (near or common >= _MIN_COMMON):
            continue
        if _brand_before(text, start, family) or (family.brand == own.brand and not family.measured):
            hits.append((near, -len(chunk), start + (tail + 2 if near else common), family))
    if hits:
        # called in full by its first and last characters; else the shorter name, which is the machine's
        _, _, end, family = max(hits, key=lambda hit: hit[:2])
        yield NameMention(start, end, family)


def _brand_before(text: str, start: int, family: Family) -> bool:
    return bool(family.brand) and "".join(family.brand) in text[max(0, start - 8) : start].casefold()


def _longest(mentions: Sequence[NameMention]) -> list[NameMention]:
    kept: list[NameMention] = []
    for mention in sorted(mentions, key=lambda one: (one.start - one.end, one.start)):
        if all(mention.end <= other.start or mention.start >= other.end for other in kept):
            kept.append(mention)
    return sorted(kept, key=lambda one: one.start)

"""What a query says beside its words: what it must not have, what it may cost, which entities it names, mistyped words.

Everything found is answered to the caller as ``understood``. A price becomes a filter, an entity lifts, something
unwanted buries: nothing but a price ever removes a product.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

from search.query.model import RangeFilter, UnderstoodEntity

if TYPE_CHECKING:
    from search.query.model import Vocabulary

_UNWANTED: Final = re.compile(
    r"(?:\bwithout(?:\s+any)?|\bwith\s+no|\bw/o|\bexcluding)\s+(?P<what>[^,.;]+?)(?=\s+(?:with|under|below|for|over|above)\s|[,.;]|$)"
    r"|(?:不含|不带|没有|无需|不要)(?P<han>[^\s,，。;；的]{1,8})的?",
    re.IGNORECASE,
)
_HEAD: Final = re.compile(r"^(?:a|an|the|any|its)\s+", re.IGNORECASE)
_AMOUNT: Final = r"(?P<{0}>\d{{1,9}}(?:\.\d{{1,2}})?)"
_MONEY: Final = r"(?:[$€£¥￥]\s*{0}|{1}\s*(?:dollars?|usd|bucks|euros?|eur|pounds|gbp|元|块))"


def _money(name: str) -> str:
    return _MONEY.format(_AMOUNT.format(name + "_a"), _AMOUNT.format(name + "_b"))


_PRICE: Final = re.compile(
    rf"\b(?:between|from)?\s*{_money('low')}\s*(?:-|–|to|and|至|到)\s*{_money('high')}"
    rf"|\b(?:under|below|less\s+than|up\s+to|at\s+most|cheaper\s+than|max)\s+{_money('most')}"
    rf"|\b(?:over|above|more\s+than|at\s+least|from)\s+{_money('least')}"
    rf"|\b(?:under|below|less\s+than|cheaper\s+than)\s+{_AMOUNT.format('bare')}\s*$"
    rf"|{_money('han_most')}(?:以下|以内|之内)"
    rf"|{_money('han_least')}以上",
    re.IGNORECASE,
)
# A number without a currency is a price, except where people come before it: then it is an age ("kids under 12").
_AGED: Final = re.compile(
    r"\b(?:ages?|aged|years?|months?|old|kids?|child(?:ren)?|bab(?:y|ies)|infants?|toddlers?|boys?|girls?|teens?|youth|juniors?)\b",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_BOOSTING: Final = frozenset(
    {"brand", "type", "color", "material", "style", "flavor", "certification", "suitable_for", "used_for",
     "used_in", "occasion", "compatible_with", "model", "feature"}
)  # fmt: skip
_SHORTEST_NAME: Final = 2  # characters
_LONGEST_NAME: Final = 5  # words
_MAX_ENTITIES: Final = 8
_SHORTEST_CORRECTED: Final = 4


def take_price(text: str) -> tuple[str, tuple[RangeFilter, ...]]:
    """The text without what it says about the price, and that as a filter."""
    match = _PRICE.search(text)
    if match is None or (match["bare"] and _AGED.search(text, 0, match.start())):
        return text, ()
    amounts = {name.rsplit("_", 1)[0]: float(value) for name, value in match.groupdict().items() if value is not None}
    low = amounts.get("low", amounts.get("least", amounts.get("han_least", -math.inf)))
    high = amounts.get("high", amounts.get("most", amounts.get("bare", amounts.get("han_most", math.inf))))
    if low > high:
        return text, ()
    rest = f"{text[: match.start()]} {text[match.end() :]}"
    return " ".join(rest.split()), (RangeFilter("price", low, high),)


def take_unwanted(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without its ``without …``, and what is unwanted; a query that is nothing else stays as it is."""
    unwanted = [_HEAD.sub("", (match["what"] or match["han"]).strip(" \"'”“")) for match in _UNWANTED.finditer(text)]
    rest = " ".join(_UNWANTED.sub(" ", text).split())
    if not rest:
        return text, ()
    return rest, tuple(one for one in dict.fromkeys(unwanted) if one)


def correct(text: str, vocabulary: Vocabulary) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The text with words no product has replaced by the nearest that some have."""
    corrections: dict[str, str] = {}
    for match in _WORD.finditer(text):
        word = match.group()
        spelt = len(word) >= _SHORTEST_CORRECTED and word.isascii() and word.isalpha()
        if not spelt or word in corrections or vocabulary.knows(word):
            continue
        if nearest := vocabulary.nearest(word):
            corrections[word] = nearest
    corrected = _WORD.sub(lambda match: corrections.get(match.group(), match.group()), text)
    return corrected, tuple(corrections.items())


def find_entities(text: str, vocabulary: Vocabulary) -> tuple[UnderstoodEntity, ...]:
    """The entities that the text names, the longest names first come; each word counts once."""
    words = [match.group() for match in _WORD.finditer(text)]
    found: list[UnderstoodEntity] = []
    position = 0
    while position < len(words) and len(found) < _MAX_ENTITIES:
        for length in range(min(_LONGEST_NAME, len(words) - position), 0, -1):
            phrase = words[position : position + length]
            if len("".join(phrase)) < _SHORTEST_NAME or not any(map(str.isalpha, phrase)):
                continue
            named = [one for one in vocabulary.entities(phrase) if one[0] in _BOOSTING]
            if named:
                found.extend(UnderstoodEntity(relation, value, " ".join(phrase)) for relation, value in named[:2])
                position += length
                break
        else:
            position += 1
    return tuple(found)

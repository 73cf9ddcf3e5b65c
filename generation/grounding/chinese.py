"""The claim check for Chinese: by the characters of the facts' values, with words by jieba for what is left."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from generation.grounding.fact_index import forms
from generation.grounding.findings import Finding
from generation.grounding.lexicon import chinese
from kg.entailment import consequences
from kg.resolution import Quantity, quantities

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.model import Fact

_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9+/.\-]*|\d+(?:[.,]\d+)*|[\u3400-\u9fff]+|[%℃°#$¥￥]")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_SAME: Final = 1e-6


@dataclass(frozen=True, slots=True)
class _Form:
    """One way a fact is said; ``mask`` holds for each character whether the fact denies it."""

    fact: Fact
    text: str
    mask: tuple[bool, ...]
    implied: bool = False
    reason: str = ""


class ChineseForms:
    """The facts of a product as the check of Chinese texts needs them."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        self._said = list(_forms([fact for fact in facts if fact.state == "open"]))
        self._contested = list(_forms([fact for fact in facts if fact.state == "contested"]))

    def findings(self, text: str) -> list[Finding]:
        """Findings for every stretch of ``text`` that states something."""
        return _ChineseCheck(text, self._said, self._contested).findings()


def _forms(facts: Sequence[Fact]) -> Iterator[_Form]:
    for fact in facts:
        for form in forms(fact):
            yield _form(fact, form, negated=fact.polarity == "negated")
        for consequence in consequences(fact.relation, fact.polarity, fact.entity):
            for phrase in dict.fromkeys((consequence.value, *consequence.phrases)):
                yield _form(fact, phrase, negated=consequence.polarity == "negated", reason=consequence.reason)


def _form(fact: Fact, text: str, *, negated: bool, reason: str = "") -> _Form:
    squeezed = _lower(text).replace(" ", "")
    named = fact.relation in {"BRAND", "MODEL", "TYPE", "COLOR"}
    mask = tuple((inside and not named) != negated for inside in denied(squeezed))
    return _Form(fact, squeezed, mask, bool(reason), reason)


def denied(text: str) -> list[bool]:
    """For each character whether a negator reaches it: to the end of its phrase, through a list with 、和或."""
    lists = chinese()
    mask = [False] * len(text)
    safe = {
        place for word in lists["not_negators"] for match in re.finditer(word, text) for place in range(*match.span())
    }
    for negator in sorted(lists["negators"], key=len, reverse=True):
        for match in re.finditer(re.escape(negator), text):
            after = text[match.end() : match.end() + 1]
            if match.start() in safe or (negator == "0" and not _HAN.match(after or " ")):
                continue
            if negator == "0" and match.start() and text[match.start() - 1] in "0123456789.":
                continue
            end = re.search(r"[，。；：！？,;!?\n但而却（(]", text[match.end() :])
            stop = match.end() + (end.start() if end else len(text) - match.end())
            mask[match.end() : stop] = [True] * (stop - match.end())
    for negator in lists["after_negators"]:
        for match in re.finditer(re.escape(negator) + r"(?=[，。；！？,;!?\n]|$)", text):
            start = max((text.rfind(stop, 0, match.start()) for stop in "，。；：！？,;!?\n"), default=-1) + 1
            mask[start : match.start()] = [True] * (match.start() - start)
    return mask


def _mask(text: str, said: Sequence[_Form]) -> list[bool]:
    """As `denied`, but a value that denies ("不粘") denies nothing beyond itself."""
    own = sorted({form.text for form in said if any(denied(form.text))}, key=len, reverse=True)
    spans = [match.span() for form in own for match in re.finditer(re.escape(form), text)]
    rest = list(text)
    for start, end in spans:
        rest[start:end] = "\u3000" * (end - start)
    mask = denied("".join(rest))
    for start, end in spans:
        mask[start:end] = denied(text[start:end])
    return mask


def _lower(text: str) -> str:
    """Lower case of the same length, so that offsets hold."""
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)


class _ChineseCheck:
    def __init__(self, text: str, said: list[_Form], contested: list[_Form]) -> None:
        self.text = text
        self.low = _lower(text)
        self.mask = _mask(self.low, said)
        self.said = said
        self.contested = contested
        self.lists: Any = chinese()
        self.done: list[Finding] = []
        self.taken = [False] * len(text)

    def findings(self) -> list[Finding]:
        self._values()
        self._loaded()
        self._numbers()
        self._words()
        return self.done

    def _add(self, start: int, end: int, verdict: str, forms: Sequence[_Form] = (), reason: str = "") -> None:
        ids = tuple(dict.fromkeys(form.fact.fact_id for form in forms))[:3]
        self.done.append(Finding(start, end, verdict, ids, reason))  # type: ignore[arg-type] # callers pass literals
        self.taken[start:end] = [True] * (end - start)

    def _values(self) -> None:
        """Whole values and long stretches of them, longest first."""
        squeezed, places = _squeeze(self.low)
        for form in sorted(self.said, key=lambda one: (-len(one.text), one.implied)):
            if not form.text or (len(form.text) < 2 and form.fact.relation not in {"COLOR", "MATERIAL", "MEASURE"}):  # noqa: PLR2004
                continue
            for match in re.finditer(re.escape(form.text), squeezed):
                start, end = places[match.start()], places[match.end() - 1] + 1
                if any(self.taken[start:end]) or self._splits_number(start, end) or self.mask[end - 1] != form.mask[-1]:
                    continue
                self._add(start, end, "implied" if form.implied else "supported", [form], form.reason)

    def _splits_number(self, start: int, end: int) -> bool:
        """Whether a match would cut a number or a Latin word in two: "5W" is not in "25W"."""
        low = self.low

        def same(left: str, right: str) -> bool:
            digits = (left.isdigit() or left == ".") and right.isdigit()
            latin = left.isascii() and left.isalpha() and right.isascii() and right.isalpha()
            return digits or latin

        return (start > 0 and same(low[start - 1], low[start])) or (end < len(low) and same(low[end - 1], low[end]))

    def _loaded(self) -> None:
        for name in ("superlatives", "absolutes", "urgency", "price", "health"):
            for word in sorted(self.lists[name], key=len, reverse=True):
                for match in re.finditer(re.escape(word), self.low):
                    if not any(self.taken[match.start() : match.end()]):
                        self._add(match.start(), match.end(), "unsupported", (), name.rstrip("s"))

    def _numbers(self) -> None:
        own: list[tuple[_Form, Quantity]] = []
        for form in self.said:
            own += [(form, quantity) for quantity in quantities(form.text, "zh")]
            if form.fact.entity.quantity is not None and not form.implied:
                kind, magnitude, unit = form.fact.entity.quantity
                own.append((form, Quantity(0, 0, kind, magnitude, unit, form.text)))
        for quantity in quantities(self.text, "zh"):
            if all(self.taken[quantity.start : quantity.end]):
                continue
            kin = [(form, one) for form, one in own if one.kind == quantity.kind and one.unit == quantity.unit]
            equal = [form for form, one in kin
                     if abs(one.magnitude - quantity.magnitude) <= _SAME * max(1e-12, abs(one.magnitude))]  # fmt: skip
            if equal:
                self._add(
                    quantity.start, quantity.end, "implied" if all(f.implied for f in equal) else "supported", equal
                )
            elif kin:
                rivals = [form for form, _ in kin]
                self._add(quantity.start, quantity.end, "contradicted", rivals, "the facts give another number")
            elif not quantity.text.startswith("一"):
                self._add(quantity.start, quantity.end, "unsupported", (), "no fact gives this number")

    def _words(self) -> None:
        function, glue = set(self.lists["function"]), set(self.lists["glue"])
        negators = set(self.lists["negators"])
        for match in _WORD.finditer(self.low):
            for start, end in _cut(self.low, match.start(), match.end()):
                if all(self.taken[start:end]):
                    continue
                if any(self.taken[start:end]):
                    start, end = self._rest(start, end)  # noqa: PLW2901 - what a value covers is done
                word = self.low[start:end]
                if word in function or word in negators:
                    continue
                if not self._word(start, end, word) and word not in glue and not all(one in function for one in word):
                    self._unsaid(start, end, word)

    def _rest(self, start: int, end: int) -> tuple[int, int]:
        free = [place for place in range(start, end) if not self.taken[place]]
        return free[0], free[-1] + 1

    def _word(self, start: int, end: int, word: str) -> bool:
        names = next((group for group in self.lists["synonyms"] if word in group), [word])
        long = len(word) > 1
        found = [
            form
            for form in self.said
            for name in names
            if not form.implied and name in form.text and (long or len(form.text) <= 3)  # noqa: PLR2004
            and not (name[0].isascii() and name != form.text and not _stands_alone(name, form.text))
        ]  # fmt: skip
        agreeing = [form for form in found if self._agrees(end, names, form)]
        if agreeing:
            self._add(start, end, "supported", agreeing[:2])
        elif found and word not in self.lists["glue"]:
            self._add(start, end, "contradicted", found[:2], "the facts say the opposite")
        return bool(found)

    def _agrees(self, end: int, names: Sequence[str], form: _Form) -> bool:
        return any(
            form.mask[match.end() - 1] == self.mask[end - 1]
            for name in names
            for match in re.finditer(re.escape(name), form.text)
        )

    def _unsaid(self, start: int, end: int, word: str) -> None:
        contested = [form for form in self.contested if len(word) > 1 and word in form.text]
        if contested:
            self._add(start, end, "unsupported", contested, "the fact is contested")
            return
        for words in self.lists["exclusive"].values():
            if word in words and not self.mask[start]:
                rivals = [f for f in self.said if not f.mask[-1] and any(o != word and o in f.text for o in words)]
                if rivals:
                    self._add(start, end, "contradicted", rivals, "the facts name another value")
                    return
        self._add(start, end, "unsupported", (), "no fact says so")


def _stands_alone(name: str, text: str) -> bool:
    return re.search(rf"(?<![a-z0-9.]){re.escape(name)}(?![a-z0-9])", text) is not None


def _squeeze(text: str) -> tuple[str, list[int]]:
    places = [position for position, letter in enumerate(text) if letter != " "]
    return "".join(text[place] for place in places), places


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if not _HAN.match(text[start]):
        yield start, end
        return
    for word in _jieba().cut(text[start:end], HMM=False):
        yield start, start + len(word)
        start += len(word)


@lru_cache(maxsize=1)
def _jieba() -> Any:  # noqa: ANN401 - jieba has no types
    import jieba  # type: ignore[import-untyped] # noqa: PLC0415 - loads a dictionary of 350,000 words

    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    return jieba

"""The facts of a product, ready to be asked which of them a word, a phrase or a number of a text rests on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generation.grounding.lexicon import english
from generation.grounding.lexicon import stem as stem_of
from generation.grounding.tokens import Token, lessness, tokenize
from kg.entailment import consequences
from kg.resolution import Quantity, quantities

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kg.model import Fact

# A name denies nothing, whatever words it is made of ("No Such Thing Tees").
_NAMES = frozenset({"BRAND", "MODEL", "TYPE", "AUTHOR", "COMPATIBLE_WITH", "COLOR", "FLAVOR", "OCCASION"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One way a fact is said: its value, or the words it was read from; ``implied`` where it follows from the fact."""

    fact: Fact
    tokens: tuple[Token, ...]
    quantities: tuple[Quantity, ...]
    implied: bool = False
    reason: str = ""

    def denies(self, token: Token) -> bool:
        """Whether the fact says that this word of it is not so."""
        inside = token.denied and (self.implied or self.fact.relation not in _NAMES)
        return inside != (self.fact.polarity == "negated")


@dataclass(frozen=True, slots=True)
class FactIndex:
    """Entries by stem and by the exact words; contested facts are kept apart, closed ones left out."""

    entries: tuple[Entry, ...]
    contested: tuple[Entry, ...]
    by_stem: dict[str, list[tuple[Entry, bool]]] = field(default_factory=dict)
    contested_stems: dict[str, list[str]] = field(default_factory=dict)

    def having(self, stem: str, *, denied: bool) -> list[Entry]:
        """Entries that say ``stem`` with this polarity."""
        return [entry for entry, sign in self.by_stem.get(stem, ()) if sign == denied]


def build_index(facts: Sequence[Fact]) -> FactIndex:
    """Index the facts that may be claimed, with all that follows from them."""
    entries: list[Entry] = []
    contested: list[Entry] = []
    for fact in facts:
        if fact.state == "closed":
            continue
        said = [_entry(fact, form) for form in forms(fact)]
        if fact.state == "contested":
            contested += said
            continue
        entries += said
        entries += _implied(fact)
    by_stem: dict[str, list[tuple[Entry, bool]]] = defaultdict(list)
    contested_stems: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        for stem, denied in _stems(entry):
            by_stem[stem].append((entry, denied))
    for entry in contested:
        for stem, _ in _stems(entry):
            contested_stems[stem].append(entry.fact.fact_id)
    return FactIndex(tuple(entries), tuple(contested), dict(by_stem), dict(contested_stems))


def forms(fact: Fact) -> list[str]:
    """The ways a fact is written: its value and the texts of its evidence, each once."""
    seen = dict.fromkeys([fact.value, *(evidence.text for evidence in fact.evidence)])
    return [form for form in seen if form.strip()]


def _entry(fact: Fact, form: str) -> Entry:
    read = tuple(quantities(form, "en"))
    return Entry(fact, tuple(tokenize(form)), read)


def _implied(fact: Fact) -> Iterable[Entry]:
    for consequence in consequences(fact.relation, fact.polarity, fact.entity):
        for phrase in dict.fromkeys((consequence.value, *consequence.phrases)):
            tokens = tokenize(phrase)
            if consequence.polarity != fact.polarity:
                tokens = [_flipped(token) for token in tokens]
            yield Entry(fact, tuple(tokens), tuple(quantities(phrase, "en")), implied=True, reason=consequence.reason)


def _flipped(token: Token) -> Token:
    return Token(
        token.start, token.end, token.word, token.stem, token.number, token.clause, not token.denied, token.negator
    )


def joined(left: str, right: str) -> str:
    """The stem of two words written as one: ``non`` and ``stick`` make ``nonstick``."""
    own = stem_of(left + right)
    return english().synonyms.get(own, own)


def _stems(entry: Entry) -> Iterable[tuple[str, bool]]:
    """What an entry says: each word, neighbours run together ("non stick" is "nonstick"), and what "-less" denies."""
    function = english().function
    previous: Token | None = None
    for token in entry.tokens:
        yield token.stem, entry.denies(token)
        if previous is not None and previous.word not in function:
            yield joined(previous.word, token.word), entry.denies(token)
        if (absent := lessness(token)) is not None:
            yield absent, not entry.denies(token)
        previous = token

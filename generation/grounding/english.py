"""The claim check for English."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from generation.grounding.fact_index import Entry, FactIndex, joined
from generation.grounding.findings import Finding
from generation.grounding.lexicon import english
from generation.grounding.numbers import check_number, check_quantities
from generation.grounding.phrases import exact_phrases
from generation.grounding.tokens import Token, lessness, tokenize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.model import Verdict

_NEAR = 3


class EnglishCheck:
    """Finds what an English text states and which facts of ``index`` carry it."""

    def __init__(self, text: str, index: FactIndex) -> None:
        self.text = text
        self.index = index
        self.tokens = tokenize(text)
        self.lexicon = english()
        self.done: dict[int, Finding] = {}

    def findings(self) -> list[Finding]:
        """Findings for every word and number that states something."""
        self._phrases()
        self._fixed_phrases()
        for finding, covered in check_quantities(self.text, self.tokens, self.index):
            for position in covered:
                self.done.setdefault(position, finding)
        for position, token in enumerate(self.tokens):
            found = None if position in self.done else self._one(position, token)
            if found is not None:
                self.done[position] = found
        self._cues()
        return list(dict.fromkeys(self.done.values()))

    @staticmethod
    def _find(token: Token, verdict: Verdict, entries: Sequence[Entry] = (), reason: str = "") -> Finding:
        ids = tuple(dict.fromkeys(entry.fact.fact_id for entry in entries))
        return Finding(token.start, token.end, verdict, ids, reason)

    def _phrases(self) -> None:
        """Values that stand in the text word for word, longest first; they make superlatives and "the" theirs."""
        for start, end, entries in exact_phrases(self.tokens, self.index):
            covered = self.tokens[start:end]
            ids = tuple(dict.fromkeys(entry.fact.fact_id for entry in entries))
            verdict = "implied" if all(entry.implied for entry in entries) else "supported"
            reason = entries[0].reason if verdict == "implied" else ""
            finding = Finding(covered[0].start, covered[-1].end, verdict, ids, reason)  # type: ignore[arg-type]
            for position in range(start, end):
                self.done[position] = finding

    def _fixed_phrases(self) -> None:
        lowered = self.text.lower().replace("’", "'")
        for phrases, reason in ((self.lexicon.urgency, "urgency"), (self.lexicon.price, "price")):
            for phrase in phrases:
                for match in re.finditer(rf"\b{re.escape(phrase)}\b", lowered):
                    if phrase == "off" and not re.search(r"(%|\d)\s*$", lowered[: match.start()]):
                        continue
                    for position, token in enumerate(self.tokens):
                        if match.start() <= token.start < match.end():
                            self.done.setdefault(
                                position, Finding(match.start(), match.end(), "unsupported", (), reason)
                            )

    def _one(self, position: int, token: Token) -> Finding | None:
        lexicon = self.lexicon
        if token.number is not None and token.word not in {"single", "double", "twin", "triple"}:
            return check_number(position, self.tokens, self.index)
        for words, reason in (
            (lexicon.superlatives, "superlative"),
            (lexicon.absolutes, "absolute"),
            (lexicon.comparatives, "comparison"),
        ):
            if token.word in words:
                return self._loaded(token, reason)
        if token.negator or token.word in lexicon.function:
            return None
        if token.word in lexicon.glue and not self.index.having(token.stem, denied=token.denied):
            return None
        if token.stem in lexicon.include_cues | lexicon.require_cues or token.word in {"sold", "separately"}:
            return None
        return self._content(position, token)

    def _loaded(self, token: Token, reason: str) -> Finding:
        """A superlative, absolute or comparative passes only where a fact uses that very word."""
        said = [entry for entry in self.index.having(token.stem, denied=token.denied)
                if any(token.word == own.word for own in entry.tokens)]  # fmt: skip
        return self._find(token, "supported", said) if said else self._find(token, "unsupported", (), reason)

    def _content(self, position: int, token: Token) -> Finding:  # noqa: PLR0911 - one return for each verdict and reason
        entries = self._entries(position, token)
        if not entries and position in self.done:
            return self.done[position]
        if not entries and token.word in self.lexicon.glue:
            return self._find(token, "supported")
        if entries:
            entries, reason = self._bound(position, token, entries)
            if not entries:
                return self._find(token, "unsupported", (), reason)
            direct = [entry for entry in entries if not entry.implied]
            if direct:
                return self._find(token, "supported", self._closest(position, direct))
            return self._find(token, "implied", entries, entries[0].reason)
        opposite = self.index.having(token.stem, denied=not token.denied)
        if opposite:
            return self._find(token, "contradicted", opposite, "the facts say the opposite")
        if token.stem in self.index.contested_stems:
            ids = tuple(dict.fromkeys(self.index.contested_stems[token.stem]))
            return Finding(token.start, token.end, "unsupported", ids, "the fact is contested")
        rivals = self._rivals(token)
        if rivals:
            return self._find(token, "contradicted", rivals, "the facts name another value")
        reason = "health claim" if token.word in self.lexicon.health else "no fact says so"
        return self._find(token, "unsupported", (), reason)

    def _entries(self, position: int, token: Token) -> list[Entry]:
        entries = self.index.having(token.stem, denied=token.denied)
        if entries:
            return [entry for entry in entries if not entry.implied or self._whole(position, entry)]
        if (absent := lessness(token)) is not None:
            entries = self.index.having(absent, denied=not token.denied)
        for left, right in pairwise(range(max(0, position - 1), min(len(self.tokens), position + 2))):
            one, other = self.tokens[left], self.tokens[right]
            if not entries and one.clause == other.clause and other.start - one.end <= 1:
                entries = self.index.having(joined(one.word, other.word), denied=token.denied)
        return [entry for entry in entries if not entry.implied or self._whole(position, entry)]

    def _whole(self, position: int, entry: Entry) -> bool:
        """Whether all content of an implied phrase stands near: half of it would imply something else."""
        clause = self.tokens[position].clause
        near = {other.stem for other in self.tokens if other.clause == clause}
        near |= {joined(one.word, other.word) for one, other in pairwise(self.tokens) if one.clause == clause}
        absent = {lessness(other) for other in self.tokens if other.clause == clause}
        needed = {own.stem for own in entry.tokens if own.word not in self.lexicon.function and not own.negator}
        return needed <= near | absent

    def _bound(self, position: int, token: Token, entries: list[Entry]) -> tuple[list[Entry], str]:
        """Keep entries that say the word in the same bond: "water" of "water resistant" is no water."""
        heads = self.lexicon.bound_heads
        clause = [other for other in self.tokens if other.clause == token.clause]
        stems = {other.stem for other in clause}
        kept = []
        for entry in entries:
            bonds = {
                right.stem
                for left, right in pairwise(entry.tokens)
                if right.stem in heads and left.stem == token.stem and token.stem not in heads
            }
            if not bonds or bonds <= stems or len(entry.tokens) > 4:  # noqa: PLR2004 - a longer value is a sentence
                kept.append(entry)
        if not kept:
            return [], "only half of what the fact says"
        before = self.tokens[position - 1] if position else None
        if token.stem not in heads or before is None or before.clause != token.clause:
            return kept, ""
        if before.word in self.lexicon.function or before.number is not None or before.negator:
            return kept, ""
        said = [entry for entry in kept if any(own.stem == before.stem for own in entry.tokens)]
        facts = {entry.fact.fact_id for entry in self.index.having(before.stem, denied=before.denied)}
        said += [entry for entry in kept if entry.fact.fact_id in facts and entry not in said]
        return said, "no fact says this of it"

    def _closest(self, position: int, entries: list[Entry]) -> list[Entry]:
        """Of several entries with the word, those that share most with its neighbours."""
        around = self.tokens[max(0, position - _NEAR) : position + _NEAR + 1]
        near = {other.stem for other in around if other.word not in self.lexicon.function}
        scores = [len(near & {own.stem for own in entry.tokens}) / (1 + len(entry.tokens) / 20) for entry in entries]
        highest = max(scores)
        kept = [entry for entry, score in zip(entries, scores, strict=True) if score == highest]
        return kept[:2]

    def _rivals(self, token: Token) -> list[Entry]:
        """Facts that name another member of a closed set: the text says round, a fact says square."""
        kind = self.lexicon.exclusive.get(token.stem) or self.lexicon.exclusive.get(token.word)
        if kind is None or token.denied:
            return []
        rivals = [
            stem for stem, (other, _) in self.lexicon.exclusive.items() if other == kind[0] and stem != token.stem
        ]
        return [entry for stem in rivals for entry in self.index.having(stem, denied=False)][:3]

    def _cues(self) -> None:
        """Words like "included" and "required" rest on facts of that relation in their clause."""
        for position, token in enumerate(self.tokens):
            if position in self.done:
                continue
            includes = token.stem in self.lexicon.include_cues or token.word in {"sold", "separately"}
            if not includes and token.stem not in self.lexicon.require_cues:
                continue
            wanted = _carriers(token, includes=includes)
            found = [self.done[other] for other, near in enumerate(self.tokens)
                     if near.clause == token.clause and other in self.done]  # fmt: skip
            relations = {entry.fact.fact_id: entry.fact.relation for entry in self.index.entries}
            ids = tuple(
                dict.fromkeys(one for finding in found for one in finding.fact_ids if relations.get(one) in wanted)
            )
            spelled = self._loaded(token, "nothing is said to be so")
            if ids:
                self.done[position] = Finding(token.start, token.end, "supported", ids)
            elif found or not token.word.startswith(("need", "requir", "necess")):
                self.done[position] = spelled


def _carriers(token: Token, *, includes: bool) -> frozenset[str]:
    """The relations of facts that carry "included", "required" or "sold separately"."""
    if token.word in {"sold", "separately"}:
        return frozenset({"INCLUDES", "QUANTITY", "REQUIRES"})
    if includes:
        return frozenset({"INCLUDES", "QUANTITY", "TYPE"})
    return frozenset({"REQUIRES", "COMPATIBLE_WITH", "FEATURE", "INCLUDES"})

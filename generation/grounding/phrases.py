"""Values of facts that stand in a text word for word."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from generation.grounding.lexicon import english

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generation.grounding.fact_index import Entry, FactIndex
    from generation.grounding.tokens import Token


def exact_phrases(tokens: Sequence[Token], index: FactIndex) -> Iterator[tuple[int, int, list[Entry]]]:
    """Yield (first token, token after the last, entries) of non-overlapping matches, the longest first.

    A match has the polarity of its fact, so that "not waterproof" is none for the fact "waterproof".
    """
    by_words: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
    for entry in index.entries:
        if entry.tokens:
            by_words[tuple(token.word for token in entry.tokens)].append(entry)
    if not by_words:
        return
    function = english().function
    taken = [False] * len(tokens)
    for length in sorted({len(words) for words in by_words}, reverse=True):
        for start in range(len(tokens) - length + 1):
            end = start + length
            if any(taken[start:end]):
                continue
            entries = by_words.get(tuple(token.word for token in tokens[start:end]), [])
            entries = [entry for entry in entries if _agree(tokens[start:end], entry)]
            if not entries or all(token.word in function for token in tokens[start:end]):
                continue
            if length == 1 and tokens[start].number is not None:
                continue
            taken[start:end] = [True] * length
            said = [entry for entry in entries if not entry.implied] or entries
            yield start, end, said


def _agree(tokens: Sequence[Token], entry: Entry) -> bool:
    return all(
        text.negator or own.negator or text.denied == entry.denies(own)
        for text, own in zip(tokens, entry.tokens, strict=True)
    )

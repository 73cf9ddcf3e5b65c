"""What words usually state: the values of each relation, as word lists shipped with the package."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

LONGEST: Final = 6  # tokens of an entry; longer values do not come again
_OFTEN: Final = 3  # products after which an entry counts as settled
_TAIL_OFTEN: Final = 6
_TAIL_LEAST: Final = 2

Entry = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Values by their lower-case tokens, each with the relations it stated and in how many products.

    Args:
        entries: tokens → label → products; a label is a relation, with ``!`` before it where it was negated.
        tails: last token → label → products.
    """

    entries: Mapping[Entry, Mapping[str, int]]
    tails: Mapping[str, Mapping[str, int]]

    def marks(self, tokens: Sequence[str], *, without: Lexicon | None = None) -> list[list[str]]:
        """For each token the entries it stands in, such as ``BMATERIAL2``: begin or inside, label, how settled.

        Of the entries that begin at one token the longest counts.

        Args:
            tokens: lower-case tokens of one text.
            without: counts to leave out, so that a text in training does not look itself up.
        """
        marks: list[list[str]] = [[] for _ in tokens]
        entries, hidden = self.entries, without.entries if without else {}
        for start in range(len(tokens)):
            for length in range(min(LONGEST, len(tokens) - start), 0, -1):
                entry = tuple(tokens[start : start + length])
                labels = entries.get(entry)
                if labels and _mark(marks, start, length, _left(labels, hidden.get(entry))):
                    break
        return marks

    def tail_marks(self, token: str, *, without: Lexicon | None = None) -> list[str]:
        """The labels of values that end in ``token``."""
        labels = self.tails.get(token)
        if not labels:
            return []
        hidden = without.tails.get(token) if without else None
        return [
            f"t={label}{'+' if count >= _TAIL_OFTEN else ''}"
            for label, count in _left(labels, hidden)
            if count >= _TAIL_LEAST
        ]

    @classmethod
    def from_values(cls, values: Iterable[tuple[str, Entry]]) -> Lexicon:
        """A lexicon of ``(label, tokens)``, one for each product and value."""
        entries: dict[Entry, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        tails: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for label, tokens in values:
            if 0 < len(tokens) <= LONGEST and all(token.strip() for token in tokens):
                entries[tokens][label] += 1
                tails[tokens[-1]][label] += 1
        return cls(entries, tails)

    def lines(self) -> Iterator[str]:
        """The lexicon as lines ``label<TAB>products<TAB>tokens``, sorted."""
        for entry in sorted(self.entries):
            for label, count in sorted(self.entries[entry].items()):
                yield f"{label}\t{count}\t{' '.join(entry)}"

    @classmethod
    def from_lines(cls, lines: Iterable[str]) -> Lexicon:
        """The lexicon that :meth:`lines` wrote; lines that begin with ``#`` are comments."""
        entries: dict[Entry, dict[str, int]] = defaultdict(dict)
        tails: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for line in lines:
            if line.startswith("#") or not line.strip():
                continue
            label, count, tokens = line.rstrip("\n").split("\t")
            entry = tuple(tokens.split(" "))
            entries[entry][label] = int(count)
            tails[entry[-1]][label] += int(count)
        return cls(entries, tails)


def _left(labels: Mapping[str, int], hidden: Mapping[str, int] | None) -> list[tuple[str, int]]:
    if not hidden:
        return list(labels.items())
    return [(label, count - hidden.get(label, 0)) for label, count in labels.items() if count > hidden.get(label, 0)]


def _mark(marks: list[list[str]], start: int, length: int, labels: list[tuple[str, int]]) -> bool:
    for label, count in labels:
        settled = "2" if count >= _OFTEN else "1"
        for offset in range(length):
            place = "B" if offset == 0 else "I"
            end = "E" if offset == length - 1 else ""
            marks[start + offset].append(f"{place}{end}{label}{settled}")
    return bool(labels)

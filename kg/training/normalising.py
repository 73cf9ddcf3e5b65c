"""Learns normal forms from pairs: the same offers once with values as their texts state them, once with normal ones."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from kg.evaluation.attributes import ABSENT, read_attributes
from kg.extraction.spans.examples import held_by
from kg.extraction.spans.normalising import Normaliser, Normalisers, table_key
from kg.extraction.spans.operations import Alike
from kg.extraction.spans.words import split_words
from kg.training.rules import Pair, Rule, first, fit_rewrite, fixed_rules, normal_forms
from shelfgraph.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from kg.evaluation.attributes import AttributeRow

_MOST_COUNTED: Final = 1000  # values that tell how good a rule is
_PARTS: Final = 50  # more values than that are held out some at a time
_LEAST_VALUES: Final = 4
_MARGIN: Final = 1.001  # values more than a plainer rule that one must be right about: a single one may be a slip
_CONSISTENT: Final = 0.5  # the rows of a value that must agree on its form, for the table to have it
_Groups = dict[str, list[Pair]]


def learn_normalisers(
    surface: Sequence[AttributeRow], normal: Sequence[AttributeRow], *, tables_only: bool = False
) -> Normalisers:
    """What brings the values of ``surface`` into the forms of ``normal``; the same rows teach the same.

    Each attribute of each category gets the rule that is right for most values when they are left out of what it is
    fitted to, and a table of the values that the rule is wrong about and their rows agree on. Where nothing is better
    than values as they stand, they stay so.

    Args:
        surface: rows with values as the texts state them.
        normal: the same rows with normal values. Their order need not be the same.
        tables_only: whether nothing is said of values that no row has.

    Raises:
        InvalidRequestError: the rows are not the same (``training.normalised_mismatch``).
    """
    grouped: defaultdict[tuple[str, str], _Groups] = defaultdict(dict)
    for stated, wanted in paired(surface, normal):
        for attribute, values in stated.accepted.items():
            accepted = wanted.accepted.get(attribute, frozenset()) - {ABSENT}
            for value in sorted(values - {ABSENT}):
                if accepted:
                    groups = grouped[stated.category, attribute]
                    groups.setdefault(table_key(value), []).append(Pair(value, accepted))
    learnt = {key: _learn(groups, tables_only=tables_only) for key, groups in sorted(grouped.items())}
    return Normalisers({key: one for key, one in learnt.items() if one != Normaliser()})


def read_normal_forms(data: Sequence[Path], normalised: Sequence[Path]) -> Normalisers:
    """What the files of ``normalised`` teach of the values in those of ``data``, which are of the same rows.

    Values are found as whole words. Those that stand inside words are normal forms, too, of the words that hold them:
    where "Mens" was always marked "Men", it is read so. Without ``normalised`` that is all there is to learn.

    Raises:
        InvalidRequestError: a row is not of its form (``evaluation.…``), or the rows are not the same
            (``training.normalised_mismatch``).
    """
    rows, normal = ([row for path in paths for row in read_attributes(path)] for paths in (data, normalised))
    return learn_normalisers([_in_whole_words(row) for row in rows], normal or rows, tables_only=not normalised)


def _in_whole_words(row: AttributeRow) -> AttributeRow:
    words = split_words(row.text)
    accepted = {
        attribute: frozenset(held_by(words, row.text, value) if value != ABSENT else value for value in values)
        for attribute, values in row.accepted.items()
    }
    return replace(row, accepted=accepted)


def paired(surface: Sequence[AttributeRow], normal: Sequence[AttributeRow]) -> list[tuple[AttributeRow, AttributeRow]]:
    """Each row of ``surface`` with the row of ``normal`` that has its text and category.

    Raises:
        InvalidRequestError: one has no counterpart, or there are others (``training.normalised_mismatch``).
    """
    if len(surface) != len(normal):
        raise _mismatch(f"There are {len(surface)} marked rows, and {len(normal)} with normalised values.")
    waiting: defaultdict[tuple[str, str], deque[AttributeRow]] = defaultdict(deque)
    for row in normal:
        waiting[row.category, row.text].append(row)
    pairs = []
    for number, row in enumerate(surface, 1):
        counterparts = waiting[row.category, row.text]
        if not counterparts:
            raise _mismatch(f"No row with normalised values has the text and category of marked row {number}.")
        pairs.append((row, counterparts.popleft()))
    return pairs


def _learn(groups: _Groups, *, tables_only: bool) -> Normaliser:
    forms = normal_forms(groups)
    counted = _Counted(groups, forms, sorted(groups)[:: max(len(groups) // _MOST_COUNTED, 1)])
    rule = Rule("as_it_stands", {})
    best = counted.fixed(rule)
    for candidate, right in counted.candidates() if best < len(counted.keys) and not tables_only else ():
        if right - best > _MARGIN:
            best, rule = right, candidate
    if rule.operation == "alike":
        return Normaliser(rule.operation, rule.parameters, forms)
    normaliser = Normaliser(rule.operation, rule.parameters)
    exceptions = {}
    for key, group in groups.items():
        agreeing = _mean(forms[key] in pair.accepted for pair in group)
        if agreeing > max(_CONSISTENT, _right(group, normaliser.normal)):
            exceptions[key] = forms[key]
    return Normaliser(rule.operation, rule.parameters, exceptions)


@dataclass(frozen=True, slots=True)
class _Counted:
    """How many values a rule is right about, each left out of what the rule was fitted to.

    Args:
        groups: the pairs of each value.
        forms: the normal form of each value.
        keys: the values that are counted.
    """

    groups: _Groups
    forms: Mapping[str, str]
    keys: Sequence[str]

    def candidates(self) -> Iterator[tuple[Rule, float]]:
        """The rules worth trying, the plainest first, each with its count."""
        pairs = [pair for group in self.groups.values() for pair in group]
        for rule in fixed_rules(pairs):
            yield rule, self.fixed(rule)
        # What is fitted to a few values says what they are, and nothing of others.
        if len(self.groups) >= _LEAST_VALUES:
            yield fit_rewrite(pairs), self._rewriting()
            yield Rule("alike", {"otherwise": first(Counter(self.forms.values()))}), self._likeness()

    def fixed(self, rule: Rule) -> float:
        """Of a rule that is not fitted to values."""
        normaliser = Normaliser(rule.operation, rule.parameters)
        return sum(_right(self.groups[key], normaliser.normal) for key in self.keys)

    def _rewriting(self) -> float:
        parts, right = min(len(self.keys), _PARTS), 0.0
        for part in range(parts):
            held = frozenset(self.keys[part::parts])
            rule = fit_rewrite([pair for key, group in self.groups.items() if key not in held for pair in group])
            normaliser = Normaliser(rule.operation, rule.parameters)
            right += sum(_right(self.groups[key], normaliser.normal) for key in sorted(held))
        return right

    def _likeness(self) -> float:
        known, counts, right = Alike(self.forms), Counter(self.forms.values()), 0.0
        for key in self.keys:
            form = known.nearest(key, without=key) or first(counts - Counter([self.forms[key]]))
            right += _mean(form in pair.accepted for pair in self.groups[key])
        return right


def _right(group: Sequence[Pair], normal: Callable[[str], str]) -> float:
    return _mean(normal(pair.value) in pair.accepted for pair in group)


def _mean(found: Iterable[float]) -> float:
    values = list(found)
    return sum(values) / len(values)


def _mismatch(what: str) -> InvalidRequestError:
    return InvalidRequestError(
        "training.normalised_mismatch",
        what,
        help="Give --normalised the same rows as --data, with the same texts and categories and other values.",
    )

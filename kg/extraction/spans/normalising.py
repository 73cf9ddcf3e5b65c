"""From a value as a text states it to the normal form of a merchant's schema: '12"' is "30.5", "HP" "Hewlett-Packard".

What is normal is learnt from pairs (``kg.training.normalising``), for each attribute of each category: a table of
the values that need one, and a rule for all others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from kg.extraction.spans.operations import build

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LONGEST: Final = 200  # code points; what is longer is prose, and stays as it stands


@dataclass(frozen=True, slots=True)
class Normaliser:
    """How the values of one attribute of one category become normal.

    Args:
        operation: the rule's name, one of ``kg.extraction.spans.operations``.
        parameters: of the rule.
        table: normal forms by :func:`table_key`; they come before the rule.

    Raises:
        ValueError: there is no such operation.
        TypeError: it has other parameters.
    """

    operation: str = "as_it_stands"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    table: Mapping[str, str] = field(default_factory=dict)
    _rule: Callable[[str], str | None] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_rule", build(self.operation, self.parameters, self.table))

    def normal(self, value: str) -> str:
        """The normal form of ``value``; itself where neither table nor rule says anything of it."""
        known = self.table.get(table_key(value))
        if known is not None:
            return known
        return (self._rule(value) if 0 < len(value) <= LONGEST else None) or value


@dataclass(frozen=True, slots=True)
class Normalisers:
    """The normalisers of a schema, by category and attribute."""

    by_attribute: Mapping[tuple[str, str], Normaliser] = field(default_factory=dict)

    def normal(self, attribute: str, category: str, value: str) -> str:
        """The normal form of a value; itself where nothing was learnt of this attribute in this category."""
        normaliser = self.by_attribute.get((category, attribute))
        return normaliser.normal(value) if normaliser else value

    def to_rows(self) -> list[dict[str, Any]]:
        """What ``normalisers.json`` holds: an object for each attribute that changes its values."""
        return [
            {
                "category": category, "attribute": attribute, "operation": one.operation,
                "parameters": dict(one.parameters), "table": dict(one.table),
            }
            for (category, attribute), one in sorted(self.by_attribute.items())
        ]  # fmt: skip


def from_rows(rows: list[dict[str, Any]]) -> Normalisers:
    """The opposite of :meth:`Normalisers.to_rows`.

    Raises:
        ValueError, TypeError, KeyError: it is not of that form.
    """
    return Normalisers(
        {
            (row["category"], row["attribute"]): Normaliser(row["operation"], row["parameters"], row["table"])
            for row in rows
        }
    )


def table_key(value: str) -> str:
    """How a table holds a value: white space collapsed, case folded."""
    return " ".join(value.split()).casefold()

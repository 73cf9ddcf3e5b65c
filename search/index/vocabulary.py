"""What an index knows that helps to read a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from search.index.lexical import LexicalIndex
    from search.index.table import Table


class IndexVocabulary:
    """The names, numbers, entities and words of an index; see `search.query.Vocabulary`."""

    def __init__(self, table: Table, lexical: LexicalIndex) -> None:
        self._table = table
        self._lexical = lexical

    def facet_names(self) -> Collection[str]:
        """Names with values to filter or count by."""
        return [name for name in list(self._table.values) if not name.startswith("-")]

    def number_kinds(self) -> Collection[str]:
        """Kinds of numbers that products have."""
        return list(self._table.numbers)

    def entities(self, words: Sequence[str]) -> Sequence[tuple[str, str]]:
        """(relation, value) of every entity whose name is these words, in singular or plural, the commonest first."""
        phrase = " ".join(words)
        forms = dict.fromkeys((phrase, phrase.removesuffix("s"), phrase.removesuffix("'s"), f"{phrase}s"))
        found: dict[tuple[str, str], int] = {}
        for name in self.facet_names():
            column = self._table.values[name]
            for form in forms:
                if (value := column.find(form)) is not None and (count := column.count(value)):
                    found[name, column.names[value]] = count
        return sorted(found, key=lambda entity: -found[entity])

    def knows(self, word: str) -> bool:
        """Whether any product has the word (or a form of it)."""
        return self._lexical.knows(word)

    def nearest(self, word: str) -> str | None:
        """The known word that a mistyped one most likely means, or None."""
        return self._lexical.nearest(word)

"""The table of rows: cards, and columns over them."""

from __future__ import annotations

from typing import Final

import numpy as np

from search.index.columns import NumberColumn, ValueColumn
from search.index.rows import Row, tie

_START: Final = 1024


class Table:
    """Everything about rows that is not text or vector."""

    def __init__(self) -> None:
        self.rows: list[Row | None] = [None]
        self.row_of: dict[str, int] = {}
        self.values: dict[str, ValueColumn] = {}
        self.numbers: dict[str, NumberColumn] = {}
        self.alive = np.zeros(_START, dtype=bool)
        self.ties = np.zeros(_START, dtype=np.int64)
        self.groups = np.zeros(_START, dtype=np.int64)
        self.versions = np.zeros(_START, dtype=np.int64)
        self._group_ids: dict[str, int] = {}

    @property
    def size(self) -> int:
        """All row numbers are below it."""
        return len(self.rows)

    @property
    def count(self) -> int:
        """How many products there are."""
        return int(np.count_nonzero(self.alive))

    def row_number(self, product_id: str) -> int:
        """The row of a product; a product seen for the first time gets a new one."""
        number = self.row_of.get(product_id)
        if number is None:
            number = len(self.rows)
            self.reserve(number + 1)
            self.rows.append(None)
            self.row_of[product_id] = number
        return number

    def restore(self, number: int, row: Row) -> None:
        """Write a row of a snapshot under the number it had."""
        if number >= len(self.rows):
            self.reserve(number + 1)
            self.rows.extend([None] * (number + 1 - len(self.rows)))
        self.row_of[row.product_id] = number
        self.put(number, row)

    def reserve(self, size: int) -> None:
        """Make room for rows below ``size``."""
        if size > len(self.alive):
            larger = max(size, 2 * len(self.alive))
            for name in ("alive", "ties", "groups", "versions"):
                array = getattr(self, name)
                setattr(self, name, np.concatenate((array, np.zeros(larger - len(array), dtype=array.dtype))))

    def put(self, number: int, row: Row) -> None:
        """Write a row."""
        self.rows[number] = row
        self.ties[number] = tie(row.product_id)
        self.versions[number] = row.version
        # A product without a group is a group of its own, numbered below zero.
        group = row.item_group_id
        self.groups[number] = -number if group is None else self._group_ids.setdefault(group, len(self._group_ids) + 1)
        for name in self.values.keys() - row.values.keys():
            self.values[name].remove(number)
        for name, pairs in row.values.items():
            self.values.setdefault(name, ValueColumn()).put(number, pairs)
        for kind in self.numbers.keys() - row.numbers.keys():
            self.numbers[kind].put(number, ())
        for kind, found in row.numbers.items():
            self.numbers.setdefault(kind, NumberColumn()).put(number, found)
        self.alive[number] = True

    def remove(self, number: int, version: int) -> None:
        """Make a row a tombstone."""
        self.alive[number] = False
        self.rows[number] = None
        self.versions[number] = version
        for column in self.values.values():
            column.remove(number)
        for numbers in self.numbers.values():
            numbers.put(number, ())

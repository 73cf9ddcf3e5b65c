"""Which rows a cross-validation holds out together: those of one text, or it would ask for what it has shown."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def plain(text: str) -> str:
    """What a text, as it is read, has in common with others that differ in case and white space only."""
    return " ".join(text.casefold().split())


def parts_of(order: Sequence[int], texts: Sequence[str], count: int) -> list[list[int]]:
    """The rows in so many parts of like size; rows of equal texts are in one part.

    Without equal texts each part has every so manieth row. A part that one text alone fills beyond its share comes
    last: where a single part is held out, it is not that one.

    Args:
        order: the rows, in the order in which they are dealt out.
        texts: of each row.
        count: of the parts; there are as many different texts.
    """
    alike: dict[str, list[int]] = defaultdict(list)
    for row in order:
        alike[texts[row]].append(row)
    parts: list[list[int]] = [[] for _ in range(count)]
    # The most frequent first: what comes after fills the gaps they leave.
    for rows in sorted(alike.values(), key=len, reverse=True):
        min(parts, key=len).extend(rows)
    share = -(-len(order) // count)
    return sorted(parts, key=lambda part: len(part) > share)

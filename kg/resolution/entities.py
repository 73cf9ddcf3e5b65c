"""Mentions become entities: ``resolve`` gives the canonical node that products share."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from kg.model import Entity
from kg.ontology import LABELS, Relation
from kg.resolution.keys import canonical_name, key_of, tidy
from kg.resolution.quantities import Quantity, quantities

_MEASURED: Final = frozenset({"MEASURE", "SPEC", "QUANTITY"})
# "Women's" reads badly as an audience; everywhere else the shop's own spelling is kept ("aluminium").
_RENAMED: Final = frozenset({"SUITABLE_FOR", "USED_IN", "OCCASION"})
# Words that do not change which quantity is meant; "up to", "over" and "per" do, and stay in the key.
_EMPTY_WORDS: Final = re.compile(
    r"\b(?:approx(?:imately)?|about|around|ca|each|a|an|the|of|in|is)\b\.?|约|左右", re.IGNORECASE
)
# What joins or surrounds; none of it is part of a word ("XL") or of a number ("8.5", "-2.00").
_BETWEEN: Final = re.compile(
    r"(?:[\s;:()\[\]/+~×*\"']|(?<![^\W\d_])[xX](?![^\W\d_])|(?<=[WDHL])[xX](?=[WDHL])"
    r"|[-–—](?!\.?[0-9])|\.(?![0-9])|(?<![0-9]),|,(?![0-9]))+"
)
_SIDE: Final = re.compile(r"(?<=[0-9½¼¾])\s?\(?([WDHL])\b(?=.)", re.IGNORECASE)


@lru_cache(maxsize=16384)
def resolve(relation: Relation, text: str, *, language: str = "en") -> Entity:
    """The entity that ``text`` names as the value of ``relation``.

    Equal quantities in different units are one entity ("5.4 kg", "5400 g"); different numbers or units never are.

    Args:
        relation: which relation of the product; it decides the label and how texts are compared.
        text: the value as it was written, normalised.
        language: ISO 639-1.
    """
    label = LABELS[relation]
    found = quantities(text, language) if relation in _MEASURED else []
    if found:
        return _measured(relation, label, text, found)
    key = key_of(relation, text)
    name = canonical_name(relation, key) if relation in _RENAMED else None
    return Entity(label=label, key=key, name=name or tidy(relation, text))


def _measured(relation: Relation, label: str, text: str, found: list[Quantity]) -> Entity:
    rest, position = [], 0
    for quantity in found:
        rest.append(text[position : quantity.start])
        position = quantity.end
    rest.append(text[position:])
    # What stands between two numbers decides ("10-12 in" is a range, "10 x 12 in" an area), so it stays in the key.
    range_mark = "~" if any(re.fullmatch(r"\s*(?:[~–—-]|to|至|到)\s*", part) for part in rest[1:-1]) else "×"
    sides = [side for quantity in found for side in _SIDE.findall(quantity.text)]
    words = key_of(relation, _BETWEEN.sub(" ", _EMPTY_WORDS.sub(" ", " ".join([*rest, *sides]))))
    key = range_mark.join(quantity.key for quantity in found)
    if words.strip():
        key = f"{key}|{words}"
    only = found[0] if len(found) == 1 else None
    return Entity(
        label=label,
        key=key,
        name=tidy(relation, text),
        quantity=(only.kind, only.magnitude, only.unit) if only else None,
    )

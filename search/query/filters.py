"""Reads filters, facets and sorts as callers write them.

``relation:value``, ``-relation:value``, ``price:10..30``, ``weight:..2kg``, ``rating:4..``. The same name repeated
means OR, different names AND. A negated filter keeps products that do not have the value, whether it is denied or
unknown; repeated negated filters exclude each of their values.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, get_args

from kg.ontology import RELATIONS
from search.query.model import Filter, RangeFilter, Sort, ValueFilter
from shelfgraph.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from search.query.model import Vocabulary

ATTRIBUTES: Final = ("availability", "language", "product_type", "item_group_id", "condition", "currency", "size")
FILTER_NAMES: Final = frozenset((*(relation.lower() for relation in RELATIONS), *ATTRIBUTES))
PLAIN_NUMBERS: Final = frozenset({"price", "rating", "reviews"})  # numbers that need no unit
SORTS: Final[tuple[Sort, ...]] = get_args(Sort)

MAX_FILTERS: Final = 50
MAX_FILTER_LENGTH: Final = 300
_NUMBER: Final = re.compile(r"[-+]?(?:\d{1,12}(?:\.\d{1,9})?|\.\d{1,9})")


def parse_filters(written: Sequence[str], vocabulary: Vocabulary | None = None) -> tuple[Filter, ...]:
    """The filters a caller wrote.

    Raises:
        InvalidRequestError: ``search.unknown_filter`` or ``search.filter_invalid``.
    """
    if len(written) > MAX_FILTERS:
        raise _invalid("", f"There are more than {MAX_FILTERS} filters.")
    values: dict[tuple[str, bool], list[str]] = {}
    ranges: list[Filter] = []
    for text in written:
        name, value, negated = _split(text)
        if name in FILTER_NAMES:
            values.setdefault((name, negated), []).append(value)
        elif name in _kinds(vocabulary):
            ranges.append(_range(text, name, value, negated=negated))
        else:
            raise InvalidRequestError(
                "search.unknown_filter",
                f"There is no filter named {name[:60]!r}.",
                help=f"Filter by {_listed(FILTER_NAMES)}, or a range of {_listed(_kinds(vocabulary))}.",
                filter=text[:MAX_FILTER_LENGTH],
            )
    exact = [ValueFilter(name, tuple(found), negated) for (name, negated), found in values.items()]
    return (*exact, *ranges)


def parse_facets(written: Iterable[str], vocabulary: Vocabulary | None = None) -> tuple[str, ...]:
    """The facets to count, each once; a name may hold several, joined by commas.

    Raises:
        InvalidRequestError: ``search.unknown_facet``.
    """
    known = FILTER_NAMES | set(vocabulary.facet_names() if vocabulary else ())
    names = dict.fromkeys(name.strip().lower() for text in written for name in text.split(",") if name.strip())
    for name in names:
        if name not in known:
            raise InvalidRequestError(
                "search.unknown_facet",
                f"There is no facet named {name[:60]!r}.",
                help=f"Count by {', '.join(sorted(known))}.",
            )
    return tuple(names)


def parse_sort(written: str | None) -> Sort:
    """The order of the results.

    Raises:
        InvalidRequestError: ``search.unknown_sort``.
    """
    if not written:
        return "relevance"
    if written not in SORTS:
        raise InvalidRequestError(
            "search.unknown_sort",
            f"There is no order named {written[:60]!r}.",
            help=f"Sort by one of {', '.join(SORTS)}.",
        )
    return written


def _split(text: str) -> tuple[str, str, bool]:
    name, colon, value = text.partition(":")
    name, value = name.strip().lower(), value.strip()
    if len(text) > MAX_FILTER_LENGTH or not colon or not value or not name.strip("-"):
        raise _invalid(text, f"The filter {text[:60]!r} is not written as name:value.")
    return name.removeprefix("-"), value, name.startswith("-")


def _range(text: str, kind: str, value: str, *, negated: bool) -> RangeFilter:
    low, dots, high = value.partition("..")
    if not dots:
        high = low
    unit = re.sub(r"^[-+.\d\s]+", "", high.strip())
    bounds = []
    for written, missing in ((low.strip(), -math.inf), (high.strip(), math.inf)):
        if not written:
            bounds.append(missing)
            continue
        with_unit = written if not _NUMBER.fullmatch(written) else f"{written} {unit}".strip()
        bounds.append(_magnitude(text, kind, with_unit))
    lowest, highest = bounds
    if lowest > highest or (math.isinf(lowest) and math.isinf(highest)):
        raise _invalid(
            text, f"The filter {text[:60]!r} has no range: write {kind}:LOW..HIGH, one of them may be left out."
        )
    if not dots:  # "weight:2kg" allows for what rounding does to converted units
        lowest, highest = lowest - abs(lowest) * 1e-6, highest + abs(highest) * 1e-6
    return RangeFilter(kind, lowest, highest, negated)


def _magnitude(text: str, kind: str, written: str) -> float:
    """A bound in the base unit of its kind."""
    if kind in PLAIN_NUMBERS:
        number = written.replace("$", "").replace("€", "").replace("¥", "").strip()
        if not _NUMBER.fullmatch(number):
            raise _invalid(text, f"{written[:40]!r} is no number.")
        return float(number)
    from kg.resolution import quantities  # noqa: PLC0415 - starts pint, which most searches do without

    found = [one for one in quantities(written) if one.kind == kind and one.start == 0]
    if not found or found[0].end != len(written):
        raise _invalid(text, f"{written[:40]!r} is no {kind} with a unit.")
    return found[0].magnitude


def _kinds(vocabulary: Vocabulary | None) -> Collection[str]:
    return PLAIN_NUMBERS | _unit_kinds() | set(vocabulary.number_kinds() if vocabulary else ())


@lru_cache(maxsize=1)
def _unit_kinds() -> frozenset[str]:
    from kg.resolution.units import unit_lexicon  # noqa: PLC0415 - starts pint

    return frozenset(unit.kind for unit in unit_lexicon().units.values())


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(names))


def _invalid(text: str, message: str) -> InvalidRequestError:
    return InvalidRequestError(
        "search.filter_invalid",
        message,
        help="Write name:value, -name:value, price:10..30 or weight:..2kg.",
        filter=text[:MAX_FILTER_LENGTH],
    )

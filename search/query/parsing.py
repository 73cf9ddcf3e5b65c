"""Makes a `Query` of what a caller sent; the one place that decides what is refused."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from search.query import understanding
from search.query.filters import parse_facets, parse_filters, parse_sort
from search.query.model import Query, UnderstoodEntity
from shelfgraph.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from search.query.model import Vocabulary

MAX_QUERY_LENGTH: Final = 1000
MAX_WORDS: Final = 48  # of a long query the first words count; no shopper types more
MAX_LIMIT: Final = 100
_HAN: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def parse(  # noqa: PLR0913, PLR0917 - one argument for each parameter of GET /v1/search
    q: str = "",
    filters: Sequence[str] = (),
    sort: str | None = None,
    facets: Sequence[str] = (),
    language: str | None = None,
    vocabulary: Vocabulary | None = None,
    *,
    limit: int = 20,
    cursor: str | None = None,
    explain: bool = False,
) -> Query:
    """The query that these parameters of a search ask.

    Raises:
        InvalidRequestError: ``search.query_too_long``, ``search.unknown_filter``, ``search.filter_invalid``,
            ``search.unknown_facet``, ``search.unknown_sort``. (``search.cursor_invalid`` comes from the index.)
    """
    if len(q) > MAX_QUERY_LENGTH:
        raise InvalidRequestError(
            "search.query_too_long",
            f"The query has {len(q)} characters; {MAX_QUERY_LENGTH} are allowed.",
            help="Search for a few words; use filters for the rest.",
        )
    text = clean(q)
    wanted, understood_filters = understanding.take_price(text)
    wanted, unwanted = understanding.take_unwanted(wanted)
    wanted = " ".join(wanted.split()[:MAX_WORDS])
    corrections: tuple[tuple[str, str], ...] = ()
    entities: tuple[UnderstoodEntity, ...] = ()
    if vocabulary is not None and wanted:
        wanted, corrections = understanding.correct(wanted, vocabulary)
        entities = understanding.find_entities(wanted, vocabulary)
    return Query(
        text=text,
        wanted=wanted,
        unwanted=unwanted,
        entities=entities,
        corrections=corrections,
        filters=parse_filters(filters, vocabulary),
        understood_filters=understood_filters,
        facets=parse_facets(facets, vocabulary),
        sort=parse_sort(sort),
        language=language or ("zh" if _HAN.search(text) else "en"),
        limit=max(1, min(limit, MAX_LIMIT)),
        cursor=cursor or None,
        explain=explain,
    )


def clean(text: str) -> str:
    """The text in Unicode NFC without control and invisible characters, its spaces single."""
    return " ".join(_CONTROLS.sub(" ", unicodedata.normalize("NFC", _CONTROLS.sub(" ", text))).split())

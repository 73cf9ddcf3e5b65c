"""Scores a reader of entities in titles: one is right when type, start and end all are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.evaluation.reading import check_target, fault, is_offset_pair, quoted, read_rows, write_rows
from kg.evaluation.scores import Tally
from kg.extraction.asking import Entity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from kg.evaluation.reading import Row
    from kg.evaluation.scores import Score
    from kg.extraction.asking import EntityReader

_ALL: Final = "all"
_BATCH: Final = 256
_WITH_SURFACE: Final = 4


@dataclass(frozen=True, slots=True)
class EntityRow:
    """A title and the entities marked in it."""

    text: str
    entities: tuple[Entity, ...]


@dataclass(frozen=True, slots=True)
class EntityReport:
    """What an evaluation found: ``micro`` over all entities, ``types`` by type."""

    texts: int
    micro: Score
    types: Mapping[str, Score]


def evaluate_entities(
    path: Path,
    reader: EntityReader,
    predictions_out: Path | None = None,
    *,
    on_progress: Callable[[int, int], None] | None = None,
) -> EntityReport:
    """Run ``reader`` on the titles of ``path`` and score what it finds.

    Args:
        path: rows as :func:`read_entities` takes them.
        reader: what is measured.
        predictions_out: where to write ``{text, entities: [[type, start, end, surface]]}``, a line for each title.
        on_progress: called with the titles done and all of them.

    Raises:
        InvalidRequestError: the data is not of that form, or nothing can be written there (``evaluation.…``).
    """
    rows = list(read_entities(path))
    if predictions_out is not None:
        check_target(predictions_out, path)
    predicted: list[list[Entity]] = []
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        predicted += reader.entities([row.text for row in batch])
        if on_progress is not None:
            on_progress(start + len(batch), len(rows))
    report = score_entities(rows, predicted)
    if predictions_out is not None:
        write_rows(predictions_out, map(_row, rows, predicted))
    return report


def score_entities(rows: Sequence[EntityRow], predicted: Sequence[Sequence[Entity]]) -> EntityReport:
    """Score the entities found in each title; what is found twice counts once."""
    tally, overall, types = Tally(), Tally(), set()  # a type may have any name, so none is left for all of them
    for row, found in zip(rows, predicted, strict=True):
        here = {entity.type for entity in (*row.entities, *found)}
        types |= here
        for kind in here:
            tally.add(
                kind,
                found={entity for entity in found if entity.type == kind},
                marked={entity for entity in row.entities if entity.type == kind},
            )
        overall.add(_ALL, found=set(found), marked=set(row.entities))
    return EntityReport(len(rows), overall.score(_ALL), {kind: tally.score(kind) for kind in sorted(types)})


def read_entities(path: Path) -> Iterator[EntityRow]:
    """The rows ``{text, entities: [[type, start, end, surface]]}`` of a file of marked titles; ``surface`` may lack.

    Raises:
        InvalidRequestError: a row is not of that form (``evaluation.row_invalid``), its offsets do not lead to the
            surface (``evaluation.offsets_wrong``), or the file is faulty.
    """
    for number, row in read_rows(path):
        text, entities = row.get("text"), row.get("entities")
        if not isinstance(text, str) or not isinstance(entities, list) or not all(map(_is_entity, entities)):
            raise fault(
                "evaluation.row_invalid",
                path,
                number,
                "is no marked title",
                help="Each line needs text and entities: [[type, start, end, surface], …].",
            )
        for kind, start, end, *surface in entities:
            if not is_offset_pair(start, end, text) or (surface and text[start:end] != surface[0]):
                marked = quoted(surface[0]) if surface else "an entity"
                raise fault(
                    "evaluation.offsets_wrong",
                    path,
                    number,
                    f"marks {kind} {marked} at {start} to {end}, where the text has another",
                    help="Offsets count code points, not bytes or UTF-16 units, and end after the last one.",
                    type=kind,
                    start=start,
                    end=end,
                )
        yield EntityRow(text, tuple(Entity(kind, start, end) for kind, start, end, *_ in entities))


def _is_entity(one: object) -> bool:
    return (
        isinstance(one, list)
        and _WITH_SURFACE - 1 <= len(one) <= _WITH_SURFACE
        and isinstance(one[0], str)
        and all(isinstance(surface, str) for surface in one[_WITH_SURFACE - 1 :])
    )


def _row(row: EntityRow, found: Sequence[Entity]) -> Row:
    entities = [[one.type, one.start, one.end, row.text[one.start : one.end]] for one in found]
    return {"text": row.text, "entities": entities}

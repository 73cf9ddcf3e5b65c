"""``evaluate``."""

from __future__ import annotations

import dataclasses
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated, Any

import typer

from shelfgraph.cli.output import JsonOption, not_available, show_json, show_line
from shelfgraph.settings import get_settings

evaluate = typer.Typer(help="Measure how good a part is on labelled data.", no_args_is_help=True)


@evaluate.command()
def relations(
    data: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Labelled products as JSONL.")],
    as_json: JsonOption = False,
) -> None:
    """Measure the relation extractor that SHELFGRAPH_RELATION_MODEL names.

    Example: `shelfgraph evaluate relations --data dev.jsonl`
    """
    from kg.evaluation import evaluate_relations  # noqa: PLC0415 - loads spaCy
    from kg.extraction import load_extractor  # noqa: PLC0415 - same

    report = evaluate_relations(data, load_extractor(get_settings()))
    found: dict[str, Any] = dataclasses.asdict(report) if dataclasses.is_dataclass(report) else dict(report)
    if as_json:
        show_json(found)
        return
    for name, value in found.items():
        show_line(f"{name}: {value}")


def _add_missing(kind: str, what: str) -> None:
    def command(as_json: JsonOption = False) -> None:
        del as_json
        raise not_available(f"evaluate {kind}", what)

    command.__doc__ = f"Measure {kind} (not in this version).\n\nExample: `shelfgraph evaluate {kind}`"
    evaluate.command(name=kind)(command)


for _kind, _what in (
    ("search", "labelled queries of its own; benchmarks/ measures search on real ones"),
    ("ads", "labelled ads"),
    ("summaries", "labelled review summaries"),
    ("answers", "labelled answers"),
    ("claims", "labelled claims"),
):
    _add_missing(_kind, _what)

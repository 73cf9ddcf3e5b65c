"""``evaluate``."""

from __future__ import annotations

import dataclasses
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from shelfgraph.cli.output import JsonOption, not_available, progress_console, show_json, show_line, show_table
from shelfgraph.settings import get_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from kg.evaluation import AttributeReport, EntityReport, RelationReport, Score

evaluate = typer.Typer(help="Measure how good a part is on labelled data.", no_args_is_help=True)


class Protocol(StrEnum):
    """What the data marks, and so what is asked and how it is counted."""

    SPANS = "spans"
    ATTRIBUTES = "attributes"
    ENTITIES = "entities"


class Language(StrEnum):
    """The languages that have a model."""

    EN = "en"
    ZH = "zh"


@evaluate.command()
def relations(  # noqa: PLR0913, PLR0917 - the options of the command
    data: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Labelled texts as JSONL, plain or gzip.")],
    protocol: Annotated[
        Protocol,
        typer.Option(help="spans: our relations. attributes: values by a name. entities: typed spans of titles."),
    ] = Protocol.SPANS,
    model: Annotated[
        str | None, typer.Option(help="Folder or name of the model; SHELFGRAPH_RELATION_MODEL where not given.")
    ] = None,
    language: Annotated[
        Language | None,
        typer.Option(
            help="Language of all texts. Where not given: what a row of spans names, else what an import would find; "
            "for attributes and entities that of the model, or of several models en and zh."
        ),
    ] = None,
    predictions: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Where to write what was found, a line for each row.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure a model that reads relations, attributes or entities from texts.

    Example: `shelfgraph evaluate relations --data dev.jsonl --predictions found.jsonl`
    """
    # Any of these takes seconds to import, and no other command needs it.
    from kg import evaluation, extraction  # noqa: PLC0415

    settings = get_settings()
    if model is not None:
        settings = settings.model_copy(update={"relation_model": model})
    report: RelationReport | AttributeReport | EntityReport
    with _bar(data.name, quiet=as_json) as move:
        if protocol is Protocol.SPANS:
            extractor = extraction.load_extractor(settings)
            report = evaluation.evaluate_relations(data, extractor, predictions, language=language, on_progress=move)
        elif protocol is Protocol.ATTRIBUTES:
            answering = extraction.load_attribute_reader(settings, language=language)
            report = evaluation.evaluate_attributes(data, answering, predictions, on_progress=move)
        else:
            marking = extraction.load_entity_reader(settings, language=language)
            report = evaluation.evaluate_entities(data, marking, predictions, on_progress=move)
    if as_json:
        show_json(dataclasses.asdict(report))
    elif isinstance(report, evaluation.RelationReport):
        _show_relations(report)
    elif isinstance(report, evaluation.AttributeReport):
        _show_attributes(report)
    else:
        _show_scores("type", report.types)
        _show_micro(report.micro)
        show_line(f"over {report.texts} texts")


@contextmanager
def _bar(name: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = progress_console()
    with Progress(*columns, console=console, disable=quiet or not console.is_terminal, transient=True) as progress:
        task = progress.add_task(f"Reading {name}", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _show_relations(report: RelationReport) -> None:
    _show_scores("relation", report.relations)
    _show_micro(report.exact, "exact")
    show_line(f"overlap F1 {report.overlap:.4f}")
    _show_micro(report.negated, "negated")
    if report.calibration_error is not None:
        show_line(f"ECE {report.calibration_error:.4f} over {report.rated} predictions")
    show_line("read by " + ", ".join(f"{version} ({language})" for language, version in report.versions.items()))
    show_line(f"over {report.products} products")


def _show_attributes(report: AttributeReport) -> None:
    show_table(
        ("attribute", "precision", "recall", "F1", "NN", "NV", "VN", "VC", "VW"),
        (
            (name, *_digits(one.precision, one.recall, one.f1), one.nn, one.nv, one.vn, one.vc, one.vw)
            for name, one in report.attributes.items()
        ),
    )
    micro = report.micro
    show_line(f"NN {micro.nn} NV {micro.nv} VN {micro.vn} VC {micro.vc} VW {micro.vw}")
    show_line(f"micro-F1 {micro.f1:.4f} precision {micro.precision:.4f} recall {micro.recall:.4f}")
    show_line(f"over {report.rows} texts")


def _show_scores(kind: str, scores: Mapping[str, Score]) -> None:
    rows = ((name, *_digits(one.precision, one.recall, one.f1), one.marked) for name, one in scores.items())
    show_table((kind, "precision", "recall", "F1", "marked"), rows, empty="Nothing marked and nothing found.")


def _show_micro(score: Score, name: str = "micro") -> None:
    show_line(
        f"{name} F1 {score.f1:.4f} precision {score.precision:.4f} recall {score.recall:.4f} over {score.marked} marked"
    )


def _digits(*figures: float) -> list[str]:
    return [f"{figure:.4f}" for figure in figures]


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

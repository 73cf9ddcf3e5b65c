"""``train``."""

from __future__ import annotations

import dataclasses
import os
from contextlib import contextmanager
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from shelfgraph.cli.output import JsonOption, not_available, progress_console, show_json, show_line
from shelfgraph.settings import get_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import TaskID

    _Watch = Callable[[str, int, int, float], None]

_MOST_SEED: Final = 2**32 - 1  # each epoch has a seed of its own: a thousand times this, in the 64 bits that torch has


def _rate(value: float | None) -> float | None:
    if value is not None and not 0 < value <= 1:
        raise typer.BadParameter("a learning rate is above 0 and at most 1.")
    return value


train = typer.Typer(help="Train the models of this project.", no_args_is_help=True)


@train.command(name="relations")
def train_relations(  # noqa: PLR0913, PLR0917 - one parameter an option
    data: Annotated[list[Path], typer.Option(exists=True, dir_okay=False, help="Marked rows; may be repeated.")],
    out: Annotated[Path, typer.Option(file_okay=False, help="Folder of the new model.")],
    protocol: Annotated[
        Literal["spans", "attributes", "entities"], typer.Option(help="What the rows mark: docs/labelling.md.")
    ] = "spans",
    language: Annotated[Literal["en", "zh"], typer.Option(help="Language of the texts.")] = "en",
    base: Annotated[
        str | None,
        typer.Option(help="Folder or hub id of what to start from, if not the packaged model."),
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="At most so many; else what suits the protocol.")] = None,
    rate: Annotated[
        float | None, typer.Option(callback=_rate, help="Learning rate of the encoder; else what suits it.")
    ] = None,
    folds: Annotated[int, typer.Option(min=1, max=20, help="Of the cross-validation; 1 holds a tenth out.")] = 5,
    lora: Annotated[int, typer.Option(min=0, max=256, help="Rank of low-rank adapters; 0 fits all weights.")] = 0,
    seed: Annotated[int, typer.Option(min=0, max=_MOST_SEED, help="Of everything that is drawn by chance.")] = 0,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an interrupted run.")] = False,
    silver: Annotated[
        list[Path] | None,
        typer.Option(exists=True, dir_okay=False, help="Marked less well: learnt from, never measured on."),
    ] = None,
    unlabelled: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Rows with text, for --teacher to mark.")
    ] = None,
    teacher: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="Model that marks --unlabelled.")
    ] = None,
    normalised: Annotated[
        list[Path] | None,
        typer.Option(exists=True, dir_okay=False, help="The rows of --data with normalised values, for attributes."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Train a model that reads relations, attributes or entities, on your own labels.

    Example: `shelfgraph train relations --data labels.jsonl --out my-model --language en`
    """
    _spare_memory()
    from kg import training  # noqa: PLC0415 - loads torch
    from kg.inference import device_of  # noqa: PLC0415 - only training needs it

    if (unlabelled is None) != (teacher is None):
        raise typer.BadParameter("--unlabelled and --teacher go together.")
    if silver and protocol != "spans":
        raise typer.BadParameter("--silver needs --protocol spans.")
    if normalised and protocol != "attributes":
        raise typer.BadParameter("--normalised needs --protocol attributes.")
    settings = training.TrainingSettings(
        protocol=protocol, language=language, base=base, epochs=epochs, rate=rate, folds=folds, lora=lora, seed=seed,
        device=device_of(get_settings()), resume=resume, silver=tuple(silver or ()), unlabelled=unlabelled,
        teacher=teacher, normalised=tuple(normalised or ()),
    )  # fmt: skip
    with _epochs_shown("score", as_json=as_json) as watch:
        report = training.train_relations(data, out, settings, watch=watch)
    if as_json:
        show_json(dataclasses.asdict(report))
        return
    show_line(f"{report.rows} rows, {report.epochs} epochs, F1 {report.f1:.4f} on rows held out, in {report.folder}.")
    if report.left_out:
        show_line(f"Left out: {report.left_out} silver or unlabelled texts that rows of --data have.")
    if protocol == "spans":
        show_line(f"Use it: SHELFGRAPH_RELATION_MODEL={report.folder}")
    else:
        show_line(f"Measure it: shelfgraph evaluate relations --protocol {protocol} --model {report.folder} --data …")


@train.command(name="encoder")
def train_encoder(  # noqa: PLR0913, PLR0917 - one parameter an option
    texts: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Rows with text, no labels needed.")],
    base: Annotated[str, typer.Option(help="Folder or hub id of a transformers encoder.")],
    out: Annotated[Path, typer.Option(file_okay=False, help="Folder of the new encoder.")],
    epochs: Annotated[int, typer.Option(min=1, help="Over all texts.")] = 3,
    rate: Annotated[float, typer.Option(callback=_rate, help="Learning rate.")] = 3e-4,
    seed: Annotated[int, typer.Option(min=0, max=_MOST_SEED, help="Of what is masked.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Let an encoder read your catalogue before it is trained on labels (masked language modelling).

    Example: `shelfgraph train encoder --texts products.jsonl --base encoder --out my-encoder`
    """
    _spare_memory()
    from kg import training  # noqa: PLC0415 - loads torch
    from kg.inference import device_of  # noqa: PLC0415 - only training needs it

    settings = training.PretrainingSettings(epochs=epochs, rate=rate, seed=seed, device=device_of(get_settings()))
    with _epochs_shown("loss", as_json=as_json) as watch:
        loss = training.pretrain_encoder(
            texts, base, out, settings, watch=lambda epoch, loss: watch("encoder", epoch + 1, epochs, loss)
        )
    if as_json:
        show_json({"folder": str(out), "loss": round(loss, 4)})
        return
    show_line(f"Loss {loss:.3f}, in {out}. Train with it: shelfgraph train relations --base {out} …")


@train.command(name="generator")
def train_generator(as_json: JsonOption = False) -> None:
    """Train an adapter of the generator (not in this version).

    Example: `shelfgraph train generator`
    """
    del as_json
    raise not_available("train generator", "adapters of the generator")


@contextmanager
def _epochs_shown(measure: str, *, as_json: bool) -> Iterator[_Watch]:
    """Bars on a terminal, else a line an epoch: training takes hours, and a log wants to say how far it is."""
    console = progress_console()
    drawn = console.is_terminal and not as_json
    value = TextColumn("{task.fields[kind]} {task.fields[value]:.4f}")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), value, TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not drawn) as progress:
        bars: dict[str, TaskID] = {}

        def watch(name: str, epoch: int, total: int, found: float) -> None:
            kind, found = (
                (measure, found) if found >= 0 else ("loss", -found)
            )  # the last fit has nothing to score it by
            if not drawn:
                if not as_json:
                    console.print(f"{name}: epoch {epoch} of {total}, {kind} {found:.4f}", soft_wrap=True)
                return
            if name not in bars:
                bars[name] = progress.add_task(name, total=total, kind=kind, value=found)
            progress.update(bars[name], completed=epoch, kind=kind, value=found)

        yield watch


def _spare_memory() -> None:
    """Keep few compiled operators, unless the user says how many; torch reads this when it first computes.

    oneDNN keeps one for each size that it met, up to 1,024, and texts come in all sizes: 30 % of a training's memory,
    which saved no time where it was measured.
    """
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "16")

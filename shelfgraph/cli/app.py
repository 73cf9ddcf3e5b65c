"""The commands put together, and the one place where their errors become a sentence and a status."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer
from pydantic import ValidationError

from shelfgraph.cli import catalogue, evaluation, imports, jobs, keys, operations, storage, texts, training
from shelfgraph.cli.output import show_error
from shelfgraph.cli.up import up
from shelfgraph.errors import SetupError, ShelfgraphError
from shelfgraph.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

_INTERRUPTED = 130

app = typer.Typer(
    name="shelfgraph",
    help="Knowledge-graph enriched product search, and ad copy whose every word traces to a fact.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command()(up)
app.command()(operations.status)
app.command(name="import")(imports.import_feed)
app.add_typer(imports.app, name="imports")
app.command()(catalogue.search)
app.command()(catalogue.product)
app.command()(catalogue.attributes)
app.command()(catalogue.related)
app.command()(texts.ad)
app.command()(texts.summary)
app.command()(texts.ask)
app.add_typer(texts.app, name="texts")
app.add_typer(training.train, name="train")
app.add_typer(evaluation.evaluate, name="evaluate")
app.add_typer(jobs.app, name="jobs")
app.add_typer(keys.app, name="keys")
app.command()(operations.doctor)
app.command()(storage.backup)
app.command()(storage.restore)
app.command()(operations.settings)


def main() -> None:
    """Run the command line."""
    run_reporting(app)


def run_reporting(command: Callable[[], object]) -> None:
    """Run a command; what goes wrong becomes a sentence and the exit status."""
    try:
        command()
    except ShelfgraphError as error:
        show_error(error)
        sys.exit(error.exit_status if isinstance(error, SetupError) else 1)
    except ValidationError as error:
        if error.title != Settings.__name__:
            raise
        wrong = "; ".join(f"SHELFGRAPH_{str(one['loc'][0]).upper()}: {one['msg']}" for one in error.errors())
        show_error(
            SetupError("setup.setting_invalid", f"A setting is wrong: {wrong}.", help="Correct it, or unset it.")
        )
        sys.exit(SetupError.exit_status)
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    except BrokenPipeError:  # `shelfgraph … | head`
        sys.stderr.close()
        sys.exit(0)

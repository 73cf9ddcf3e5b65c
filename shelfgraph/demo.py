"""``make demo``: everything runs, with the sample shop in it and something to look at; a second run changes nothing."""

from __future__ import annotations

import hashlib
import shlex
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from rich.markup import escape

from shelfgraph.cli.app import run_reporting
from shelfgraph.cli.client import Client, failure
from shelfgraph.cli.imports import run_import
from shelfgraph.cli.output import console, show_line
from shelfgraph.cli.texts import run_job, show_text
from shelfgraph.cli.up import tell
from shelfgraph.errors import SetupError, ShelfgraphError
from shelfgraph.settings import get_settings
from shelfgraph.supervisor import Supervisor

if TYPE_CHECKING:
    from collections.abc import Sequence

_SAMPLE: Final = Path(__file__).resolve().parent.parent / "sample"
_FEEDS: Final = (("products", "catalog.jsonl"), ("reviews", "reviews.jsonl"))
_PRODUCT: Final = "HK-1001"


def main(arguments: Sequence[str] = ()) -> None:
    """Run the demonstration until Ctrl-C; ``-v`` shows what every process logs."""
    from shelfgraph.cli.up import echo  # noqa: PLC0415 - beside its use

    supervisor = Supervisor(get_settings(), tell=tell, echo=echo if "-v" in arguments else None)
    failed: list[ShelfgraphError] = []

    def prepare() -> None:
        try:
            _fill(supervisor.url, supervisor.home.admin_key)
        except ShelfgraphError as error:
            if supervisor.stopping:
                return  # Ctrl-C came first: the API is gone because we ended it
            failed.append(error)
            supervisor.stop()

    if not _SAMPLE.is_dir():
        raise SetupError("setup.sample_missing", f"The sample shop is not at {_SAMPLE}.", help="Run it from a clone.")
    supervisor.run(on_ready=prepare)
    if failed:
        raise failed[0]


def _fill(url: str, admin_key: Path) -> None:
    client = Client()
    for kind, name in _FEEDS:
        _import(client, kind, _SAMPLE / name)
    ad = {"product_id": _PRODUCT, "channel": "google_search", "tone": "plain", "variants": 1, "seed": 0}
    ad_text = _text(client, "/v1/ad-copies", ad, "demo-ad-1")
    summary = _text(client, "/v1/review-summaries", {"product_id": _PRODUCT}, "demo-summary-1")
    for text in (ad_text, summary):
        show_text(text)
    _say_what_to_try(url, client.key, admin_key, ad_text["text_id"])


def _import(client: Client, kind: str, path: Path) -> None:
    """Import a feed, unless these very bytes were imported before."""
    key = f"demo-{kind}-{hashlib.sha256(path.read_bytes()).hexdigest()[:32]}"
    ended = run_import(client, str(path), [("kind", kind)], idempotency_key=key)
    if ended["state"] != "succeeded":  # an earlier run was stopped, or it failed: take it up again
        client.post(f"/v1/imports/{ended['import_id']}/retry")
        ended = run_import(client, str(path), [("kind", kind)], idempotency_key=key)
    if ended["state"] != "succeeded":
        raise failure(ended, "import")
    counts = ended["counts"]
    show_line(f"{path.name}: {counts['accepted']} {kind} accepted, {counts['rejected']} rejected")


def _text(client: Client, path: str, body: dict[str, Any], idempotency_key: str) -> dict[str, Any]:
    _, texts = run_job(client, path, body, idempotency_key=idempotency_key, again=True)
    return texts[0]


def _say_what_to_try(url: str, key: str, admin_key: Path, text_id: str) -> None:
    search = urlencode({"q": "espresso machine without capsules under $300", "limit": 3, "facets": "brand"})
    calls = (
        ("Search, as a shop would", f"/v1/search?{search}"),
        ("What belongs with a product, and why", f"/v1/products/{_PRODUCT}/related?limit=5"),
        ("The ad, and the facts each claim rests on", f"/v1/texts/{text_id}"),
    )
    terminal = console()
    terminal.print(f"\n[bold]Open {escape(url)}/[/bold] and sign in with the key in {escape(str(admin_key))}")
    terminal.print(f"API documentation: {escape(url)}/docs\n\nOr try:")
    for what, path in calls:
        terminal.print(f"\n  # {what}", style="dim")
        # Plain print: a line that a terminal wraps is still one line to copy.
        print(f"  curl -sS -H {shlex.quote(f'Authorization: Bearer {key}')} {shlex.quote(url + path)}")  # noqa: T201 - a command
    terminal.print("\nCtrl-C ends everything.")
    sys.stdout.flush()


if __name__ == "__main__":
    run_reporting(partial(main, sys.argv[1:]))

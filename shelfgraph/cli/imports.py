"""``import`` and ``imports``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from shelfgraph.cli.client import Client, failure
from shelfgraph.cli.output import JsonOption, progress_console, show_json, show_line, show_table
from shelfgraph.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_CHUNK: Final = 1 << 18
_SHOWN_REJECTED: Final = 5
_STDIN: Final = "-"
_COUNTS: Final = ("read", "changed", "unchanged", "rejected", "deleted")
_REJECTED: Final = ("line", "field", "code", "reason")

app = typer.Typer()


def import_feed(  # noqa: PLR0913, PLR0917 - the options of the command
    source: Annotated[str, typer.Argument(metavar="FILE|URL|-", help="A file, an address, or - for standard input.")],
    kind: Annotated[Literal["products", "reviews"], typer.Option(help="What the rows are.")] = "products",
    feed_format: Annotated[
        str | None, typer.Option("--format", help="jsonl, json, csv, tsv, merchant_xml, merchant_tsv or shopify_csv.")
    ] = None,
    mode: Annotated[
        Literal["upsert", "full"], typer.Option(help="full: products that the feed does not have are deleted.")
    ] = "upsert",
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="field=column where the names differ; repeat it.")
    ] = None,
    allow_deletions: Annotated[
        bool, typer.Option("--allow-deletions", help="Let a full feed delete more than a fifth of the catalogue.")
    ] = False,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Stay until it has ended.")] = True,
    as_json: JsonOption = False,
) -> None:
    """Bring a feed of products or reviews into the catalogue.

    Example: `shelfgraph import products.csv.gz --map title=name --map product_id=sku`
    """
    client = Client()
    params = [("kind", kind), ("mode", mode), *(("map", _pair(one)) for one in mapping or ())]
    if feed_format:
        params.append(("format", feed_format))
    if allow_deletions:
        params.append(("allow_deletions", "true"))
    ended = run_import(client, source, params, wait=wait, quiet=as_json)
    if as_json:
        show_json(ended)
    else:
        _show_end(client, ended)
    if ended["state"] in {"failed", "parked", "cancelled"}:
        if as_json:
            raise typer.Exit(1)
        raise failure(ended, "import")


def run_import(  # noqa: PLR0913 - what the command and the demo say
    client: Client,
    source: str,
    params: list[tuple[str, str]],
    *,
    wait: bool = True,
    quiet: bool = False,
    idempotency_key: str | None = None,
) -> dict[str, Any]:
    """Send a feed and, with ``wait``, watch it with a bar until it has ended; the import as the API shows it."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[rows]}"), TimeElapsedColumn())
    accepted = _send(client, source, params, quiet=quiet, idempotency_key=idempotency_key)
    if not wait:
        return accepted
    with Progress(*columns, console=progress_console(), disable=quiet, transient=False) as progress:
        task = progress.add_task(f"Importing {_name(source)}", total=1.0, rows="")

        def move(now: dict[str, Any]) -> None:
            total = now.get("total_rows")
            rows = f"{now['counts']['read']} of {total} rows" if total else "looking through it"
            progress.update(task, completed=now["progress"], rows=rows)

        return client.watch(f"/v1/imports/{accepted['import_id']}", move)


@app.callback(invoke_without_command=True)
def list_imports(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """List imports, newest first; or see, stop and take up one.

    Example: `shelfgraph imports`
    """
    if context.invoked_subcommand:
        return
    found = list(Client().pages("/v1/imports", limit))
    if as_json:
        show_json({"results": found})
        return
    show_table(
        ("import", "name", "state", "read", "changed", "unchanged", "rejected", "deleted"),
        ((one["import_id"], one["name"], one["state"], *(one["counts"][name] for name in _COUNTS)) for one in found),
    )


@app.command()
def show(import_id: str, as_json: JsonOption = False) -> None:
    """Show what became of an import.

    Example: `shelfgraph imports show imp_0192f0c1`
    """
    client = Client()
    found = client.get(f"/v1/imports/{import_id}")
    if as_json:
        show_json(found)
    else:
        _show_end(client, found)


@app.command()
def rejected(import_id: str, as_json: JsonOption = False) -> None:
    """Print the refused rows as NDJSON, whether or not --json is given.

    Example: `shelfgraph imports rejected imp_0192f0c1 > refused.ndjson`
    """
    del as_json
    sys.stdout.write(Client().call("GET", f"/v1/imports/{import_id}/rejected"))


@app.command()
def cancel(import_id: str, as_json: JsonOption = False) -> None:
    """Stop an import; what is committed stays.

    Example: `shelfgraph imports cancel imp_0192f0c1`
    """
    _show_state(Client().post(f"/v1/imports/{import_id}/cancel"), as_json)


@app.command()
def retry(
    import_id: str,
    allow_deletions: Annotated[
        bool, typer.Option("--allow-deletions", help="Let it delete what it asked about.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Take up an import that failed, was parked or cancelled, where it stopped.

    Example: `shelfgraph imports retry imp_0192f0c1 --allow-deletions`
    """
    body = {"allow_deletions": True} if allow_deletions else {}
    _show_state(Client().post(f"/v1/imports/{import_id}/retry", body), as_json)


def _send(
    client: Client, source: str, params: list[tuple[str, str]], *, quiet: bool, idempotency_key: str | None
) -> dict[str, Any]:
    if source.startswith(("http://", "https://")):
        sent: dict[str, Any] = client.call("POST", "/v1/imports", params=params, json={"url": source})
        return sent
    params = [*params, ("name", _name(source))]
    if source == _STDIN:
        return _upload(client, _chunks(sys.stdin.buffer), params, idempotency_key)
    path = Path(source)
    try:
        file = path.open("rb")
    except OSError as error:
        message = f"The file {path} cannot be read: {error.strerror}."
        raise InvalidRequestError("cli.file_unreadable", message) from error
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with file, Progress(*columns, console=progress_console(), disable=quiet, transient=True) as progress:
        task = progress.add_task(f"Sending {path.name}", total=path.stat().st_size)

        def counted() -> Iterator[bytes]:
            for chunk in _chunks(file):
                progress.advance(task, len(chunk))
                yield chunk

        return _upload(client, counted(), params, idempotency_key)


def _upload(
    client: Client, chunks: Iterator[bytes], params: list[tuple[str, str]], idempotency_key: str | None
) -> dict[str, Any]:
    accepted: dict[str, Any] = client.upload("/v1/imports", chunks, params, idempotency_key=idempotency_key)
    return accepted


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


def _name(source: str) -> str:
    return "standard input" if source == _STDIN else Path(source).name[:200]


def _pair(text: str) -> str:
    field, separator, column = text.partition("=")
    if not separator or not field or not column:
        raise InvalidRequestError(
            "cli.map_invalid", f"--map takes field=column, not {text!r}.", help="Say --map title=name."
        )
    return f"{field}:{column}"


def _show_end(client: Client, ended: dict[str, Any]) -> None:
    counts = ended["counts"]
    show_line(
        f"{ended['import_id']} {ended['state']}: {counts['read']} rows read, {counts['changed']} changed, "
        f"{counts['unchanged']} unchanged, {counts['rejected']} rejected, {counts['deleted']} deleted"
        + (f"; catalogue version {ended['catalogue_version']}" if ended["catalogue_version"] else "")
    )
    if counts["rejected"]:
        lines = client.call("GET", f"/v1/imports/{ended['import_id']}/rejected").splitlines()
        rows = [json.loads(line) for line in lines[:_SHOWN_REJECTED]]
        show_table(
            ("line", "field", "code", "reason"),
            ([row[name] for name in ("line", "field", "code", "reason")] for row in rows),
        )
        show_line(f"All refused rows: shelfgraph imports rejected {ended['import_id']}", style="dim")


def _show_state(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        show_json(found)
    else:
        show_line(f"{found['import_id']} {found['state']}")

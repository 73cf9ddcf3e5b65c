"""``keys``."""

from __future__ import annotations

from typing import Annotated

import typer

from shelfgraph.cli.client import Client
from shelfgraph.cli.output import JsonOption, show_json, show_line, show_table

app = typer.Typer()


@app.callback(invoke_without_command=True)
def list_keys(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="How many.")] = 100,
    as_json: JsonOption = False,
) -> None:
    """List keys, revoked ones included; or make and revoke one.

    Example: `shelfgraph keys`
    """
    if context.invoked_subcommand:
        return
    found = list(Client().pages("/v1/keys", limit))
    if as_json:
        show_json({"results": found})
        return
    show_table(
        ("key", "name", "scopes", "made", ""),
        (
            (
                one["key_id"],
                one["name"],
                ", ".join(one["scopes"]),
                one["created_at"],
                "revoked" if one["revoked"] else "",
            )
            for one in found
        ),
        empty="No keys but the bootstrap key.",
    )


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Who or what it is for.")],
    scopes: Annotated[list[str], typer.Option("--scope", help="catalog, search, marketing or admin; repeat it.")],
    as_json: JsonOption = False,
) -> None:
    """Make a key; its secret is shown now and never again.

    Example: `shelfgraph keys create "shop front" --scope search`
    """
    made = Client().post("/v1/keys", {"name": name, "scopes": scopes})
    if as_json:
        show_json(made)
        return
    show_line(f"{made['key_id']} {made['name']} ({', '.join(made['scopes'])})")
    show_line(made["key"], style="bold")


@app.command()
def revoke(key_id: str, as_json: JsonOption = False) -> None:
    """Revoke a key.

    Example: `shelfgraph keys revoke key_0192f0c1`
    """
    revoked = Client().call("DELETE", f"/v1/keys/{key_id}")
    if as_json:
        show_json(revoked)
    else:
        show_line(f"{revoked['key_id']} is revoked")

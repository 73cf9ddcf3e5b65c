"""``jobs``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from shelfgraph.cli.client import Client
from shelfgraph.cli.output import JsonOption, show_json, show_line, show_table

app = typer.Typer()


@app.callback(invoke_without_command=True)
def list_jobs(
    context: typer.Context,
    state: Annotated[
        str | None, typer.Option(help="accepted, running, succeeded, failed, parked or cancelled.")
    ] = None,
    kind: Annotated[str | None, typer.Option(help="ad_copy, review_summary or answer.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """List jobs, newest first; or see, stop and retry one.

    Example: `shelfgraph jobs --state parked`
    """
    if context.invoked_subcommand:
        return
    found = list(Client().pages("/v1/jobs", limit, state=state, kind=kind))
    if as_json:
        show_json({"results": found})
        return
    show_table(
        ("job", "kind", "product", "state", "progress", "error"),
        (
            (
                one["job_id"],
                one["kind"],
                one["params"].get("product_id"),
                one["state"],
                f"{one['progress']:.0%}",
                (one["error"] or {}).get("code"),
            )
            for one in found
        ),
    )


@app.command()
def show(job_id: str, as_json: JsonOption = False) -> None:
    """Show how far a job is.

    Example: `shelfgraph jobs show job_0192f0c1`
    """
    _show(Client().get(f"/v1/jobs/{job_id}"), as_json)


@app.command()
def cancel(job_id: str, as_json: JsonOption = False) -> None:
    """Stop a job.

    Example: `shelfgraph jobs cancel job_0192f0c1`
    """
    _show(Client().post(f"/v1/jobs/{job_id}/cancel"), as_json)


@app.command()
def retry(job_id: str, as_json: JsonOption = False) -> None:
    """Do a job again that failed, was parked or cancelled.

    Example: `shelfgraph jobs retry job_0192f0c1`
    """
    _show(Client().post(f"/v1/jobs/{job_id}/retry"), as_json)


def _show(job: dict[str, Any], as_json: bool) -> None:
    if as_json:
        show_json(job)
        return
    show_line(f"{job['job_id']} {job['kind']} {job['state']} {job['progress']:.0%}")
    if job["error"]:
        show_line(f"{job['error'].get('title') or job['error'].get('message')} [{job['error'].get('code')}]")
    for text_id in (job["result"] or {}).get("text_ids", ()):
        show_line(f"shelfgraph texts show {text_id}", style="dim")

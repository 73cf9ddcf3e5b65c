"""``ad``, ``summary``, ``ask`` and ``texts``."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from shelfgraph.cli.client import ENDED, Client, failure
from shelfgraph.cli.output import JsonOption, progress_console, show_json, show_line, show_table

ProductArgument = Annotated[str, typer.Argument(help="The merchant's id.")]
LanguageOption = Annotated[str | None, typer.Option(help="ISO 639-1; the product's own where it is not said.")]
SeedOption = Annotated[int, typer.Option(help="Another seed, another text.")]
KeyOption = Annotated[
    str | None, typer.Option("--idempotency-key", help="The same key again answers with the same job.")
]
_MARKS: Final = {
    "supported": "",
    "implied": " (implied)",
    "unsupported": " (UNSUPPORTED)",
    "contradicted": " (CONTRADICTED)",
}

app = typer.Typer(help="See, approve and reject what was written.", no_args_is_help=True)


def ad(  # noqa: PLR0913, PLR0917 - the options of the command
    product_id: ProductArgument,
    channel: Annotated[str, typer.Option(help="google_search, meta or plain.")] = "google_search",
    tone: Annotated[str, typer.Option(help="plain, playful, premium or practical.")] = "plain",
    language: LanguageOption = None,
    variants: Annotated[int, typer.Option(min=1, help="How many different texts.")] = 1,
    seed: SeedOption = 0,
    idempotency_key: KeyOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write an ad whose every claim rests on a fact.

    Example: `shelfgraph ad HK-1001 --channel google_search --tone playful`
    """
    body = {"product_id": product_id, "channel": channel, "tone": tone, "variants": variants, "seed": seed}
    if language:
        body["language"] = language
    _write("/v1/ad-copies", body, idempotency_key, as_json)


def summary(
    product_id: ProductArgument,
    language: LanguageOption = None,
    seed: SeedOption = 0,
    idempotency_key: KeyOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sum up a product's reviews, each sentence with the reviews it rests on.

    Example: `shelfgraph summary HK-1001`
    """
    body: dict[str, Any] = {"product_id": product_id, "seed": seed}
    if language:
        body["language"] = language
    _write("/v1/review-summaries", body, idempotency_key, as_json)


def ask(  # noqa: PLR0913, PLR0917 - the options of the command
    product_id: ProductArgument,
    question: Annotated[str, typer.Argument(help="A customer's question.")],
    language: LanguageOption = None,
    seed: SeedOption = 0,
    idempotency_key: KeyOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question from facts and reviews, or say that the catalogue does not say.

    Example: `shelfgraph ask HK-1001 "Does it come with a grinder?"`
    """
    body: dict[str, Any] = {"product_id": product_id, "question": question, "seed": seed}
    if language:
        body["language"] = language
    _write("/v1/answers", body, idempotency_key, as_json)


def run_job(  # noqa: PLR0913 - what the commands and the demo say
    client: Client,
    path: str,
    body: dict[str, Any],
    *,
    idempotency_key: str | None = None,
    again: bool = False,
    quiet: bool = False,
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Ask for a text and watch it come; the job and its texts.

    Args:
        client: the API.
        path: where to ask.
        body: what for.
        idempotency_key: the same key and body answer with the same job.
        again: where that job had failed, have it done again.
        quiet: draw no bar.

    Raises:
        ApiError: it was refused, or the job did not succeed.
    """
    job = client.post(path, body, idempotency_key=idempotency_key)
    if again and job["state"] in ENDED - {"succeeded"}:
        client.post(f"/v1/jobs/{job['job_id']}/retry")
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=progress_console(), disable=quiet, transient=True) as progress:
        task = progress.add_task(f"Writing {job['kind'].replace('_', ' ')}", total=1.0)
        ended = client.watch(f"/v1/jobs/{job['job_id']}", lambda now: progress.update(task, completed=now["progress"]))
    if ended["state"] != "succeeded":
        raise failure(ended, "job")
    return ended, [client.get(f"/v1/texts/{text_id}") for text_id in ended["result"]["text_ids"]]


def show_text(text: dict[str, Any]) -> None:
    """Print a text, part by part, with what its claims rest on."""
    show_line(f"{text['text_id']}  {text['kind']}  {text['product_id']}  {text['state']}", style="bold")
    if text.get("status"):
        show_line(f"status: {text['status']}")
    for part in text["parts"]:
        show_line(f"  {part['kind']}: {part['text']}")
        claims = [
            f"“{part['text'][claim['start'] : claim['end']]}”{_MARKS.get(claim['verdict'], '')}"
            for claim in part["claims"]
            if claim["fact_ids"] or claim["verdict"] not in {"supported", "implied"}
        ]
        notes = ([f"rests on facts: {', '.join(claims)}"] if claims else []) + (
            [f"reviews: {', '.join(part['review_ids'])}"] if part["review_ids"] else []
        )
        for note in notes:
            show_line(f"      {note}", style="dim")


@app.command(name="list")
def list_texts(
    kind: Annotated[str | None, typer.Option(help="ad_copy, review_summary or answer.")] = None,
    state: Annotated[str | None, typer.Option(help="draft, approved, rejected or stale.")] = None,
    product_id: Annotated[str | None, typer.Option("--product", help="Of one product.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """List texts, newest first.

    Example: `shelfgraph texts list --state stale`
    """
    found = list(Client().pages("/v1/texts", limit, kind=kind, state=state, product_id=product_id))
    if as_json:
        show_json({"results": found})
        return
    show_table(
        ("text", "kind", "product", "state", "begins"),
        (
            (
                one["text_id"],
                one["kind"],
                one["product_id"],
                one["state"],
                one["parts"][0]["text"] if one["parts"] else "",
            )
            for one in found
        ),
    )


@app.command()
def show(text_id: str, as_json: JsonOption = False) -> None:
    """Show a text with its claims.

    Example: `shelfgraph texts show txt_0192f0c1`
    """
    _show(Client().get(f"/v1/texts/{text_id}"), as_json)


@app.command()
def approve(text_id: str, as_json: JsonOption = False) -> None:
    """Approve a text.

    Example: `shelfgraph texts approve txt_0192f0c1`
    """
    _show(Client().post(f"/v1/texts/{text_id}/approve"), as_json)


@app.command()
def reject(text_id: str, reason: Annotated[str, typer.Option(help="Why.")] = "", as_json: JsonOption = False) -> None:
    """Reject a text.

    Example: `shelfgraph texts reject txt_0192f0c1 --reason "Not our voice"`
    """
    _show(Client().post(f"/v1/texts/{text_id}/reject", {"reason": reason}), as_json)


def _write(path: str, body: dict[str, Any], idempotency_key: str | None, as_json: bool) -> None:
    job, texts = run_job(Client(), path, body, idempotency_key=idempotency_key, quiet=as_json)
    if as_json:
        show_json({**job, "texts": texts})
        return
    for text in texts:
        show_text(text)


def _claim(text: str, claim: dict[str, Any]) -> str:
    return f"“{text[claim['start'] : claim['end']]}”{_MARKS.get(claim['verdict'], '')}"


def _show(text: dict[str, Any], as_json: bool) -> None:
    if as_json:
        show_json(text)
    else:
        show_text(text)

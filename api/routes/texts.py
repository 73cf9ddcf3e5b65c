"""Texts: read, edited with the verifier watching, approved, rejected, exported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apiflask import APIBlueprint
from flask import Response

from api.auth import caller, needs
from api.conditions import check_unchanged, tagged
from api.csv_export import text_as_csv
from api.editing import edited_parts
from api.schemas.texts import ExportQuery, RejectIn, TextOut, TextPage, TextPatch, TextsQuery
from api.services import services
from shelfgraph.errors import ConflictError, NotFoundError, PermissionDeniedError

if TYPE_CHECKING:
    from kg.model import Text

blueprint = APIBlueprint("texts", __name__, url_prefix="/v1/texts", tag="Texts")


@blueprint.get("")
@needs("marketing")
@blueprint.input(TextsQuery, location="query", arg_name="query")
@blueprint.output(TextPage)
def list_texts(query: TextsQuery) -> TextPage:
    """List texts, newest first."""
    found = services().graph.texts.page(
        kind=query.kind, state=query.state, product_id=query.product_id, limit=query.limit, cursor=query.cursor
    )
    return TextPage(results=[TextOut.of(text) for text in found.results], next_cursor=found.next_cursor)


@blueprint.get("/<text_id>")
@needs("search", "marketing")
@blueprint.output(TextOut)
@blueprint.doc(responses={304: "You have it already."})
def show_text(text_id: str) -> Response:
    """Show a text with its claims and the facts they rest on."""
    return tagged(TextOut.of(_found(text_id)))


@blueprint.patch("/<text_id>")
@needs("marketing")
@blueprint.input(TextPatch, location="json", arg_name="body")
@blueprint.output(TextOut)
@blueprint.doc(responses={412: "It changed since you read it.", 422: "The facts do not carry what the edit states."})
def edit_text(text_id: str, body: TextPatch) -> Response:
    """Edit a text; what it states now is checked like generated text, and it is a draft again."""
    text = _found(text_id)
    check_unchanged(TextOut.of(text))
    parts = edited_parts(services().graph, text, [(part.kind, part.text) for part in body.parts])
    return tagged(TextOut.of(services().graph.texts.replace_parts(text_id, parts)))


@blueprint.post("/<text_id>/approve")
@needs("marketing")
@blueprint.output(TextOut)
@blueprint.doc(responses={409: "A stale text is not approved."})
def approve_text(text_id: str) -> TextOut:
    """Approve a text."""
    text = _found(text_id)
    if text.stale_reason:  # also of one that was rejected since: only an edit makes it true again
        raise ConflictError(
            "text.stale", f"This text is stale: {text.stale_reason}", help="Edit it, or ask for a new one."
        )
    return TextOut.of(services().graph.texts.set_state(text_id, "approved"))


@blueprint.post("/<text_id>/reject")
@needs("marketing")
@blueprint.input(RejectIn, location="json", arg_name="body")
@blueprint.output(TextOut)
def reject_text(text_id: str, body: RejectIn) -> TextOut:
    """Reject a text."""
    return TextOut.of(services().graph.texts.set_state(_found(text_id).text_id, "rejected", reason=body.reason))


@blueprint.get("/<text_id>/export")
@needs("marketing")
@blueprint.input(ExportQuery, location="query", arg_name="query")
def export_text(text_id: str, query: ExportQuery) -> Response:
    """Download a text as CSV; no cell is read as a formula."""
    del query  # CSV is the one form so far
    text = _found(text_id)
    return Response(
        text_as_csv(text),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{text.text_id}.csv"'},
    )


def _found(text_id: str) -> Text:
    text = services().graph.texts.get(text_id)
    if text is None:
        raise NotFoundError("text.not_found", "There is no such text.")
    if text.kind != "answer" and not caller().has("marketing"):
        raise PermissionDeniedError(
            "auth.scope_missing", "This key lacks the scope marketing.", required_scopes=["marketing"]
        )
    return text

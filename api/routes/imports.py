"""Imports: feeds are stored whole before they are accepted, and worked on later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apiflask import APIBlueprint
from flask import Response, request

from api.auth import needs
from api.imports import accept_upload, accept_url, rejected_rows, url_in_body
from api.limits import check_queue
from api.queues import enqueue
from api.schemas.imports import ImportOut, ImportPage, ImportQuery, RetryImport
from api.schemas.lists import PageQuery
from api.services import services
from shelfgraph.errors import NotFoundError

if TYPE_CHECKING:
    from kg.graph import Import

blueprint = APIBlueprint("imports", __name__, url_prefix="/v1/imports", tag="Imports")


@blueprint.post("")
@needs("catalog")
@blueprint.input(ImportQuery, location="query", arg_name="query")
@blueprint.output(ImportOut, status_code=202)
@blueprint.doc(responses={413: "The feed is too large.", 415: "The feed is packed in a way we do not read."})
def create_import(query: ImportQuery) -> tuple[ImportOut, int, dict[str, str]]:
    """Import a feed: NDJSON, JSON, CSV, TSV or XML as the body, plain or gzip, or `{"url": …}`.

    The feed is on disk before the answer. Its rows go in one by one: a bad one is counted and kept with its reason.
    """
    check_queue(services().graph.imports.waiting())
    body, url = url_in_body(request)
    accepted = accept_url(url, query) if url else accept_upload(request, body, query)
    enqueue("imports.run", {"import_id": accepted.import_id}, queue="import")
    return ImportOut.of(accepted), 202, {"Location": f"/v1/imports/{accepted.import_id}"}


@blueprint.get("")
@needs("catalog")
@blueprint.input(PageQuery, location="query", arg_name="page")
@blueprint.output(ImportPage)
def list_imports(page: PageQuery) -> ImportPage:
    """List imports, newest first."""
    found = services().graph.imports.page(page.limit, page.cursor)
    return ImportPage(results=[ImportOut.of(one) for one in found.results], next_cursor=found.next_cursor)


@blueprint.get("/<import_id>")
@needs("catalog")
@blueprint.output(ImportOut)
def show_import(import_id: str) -> ImportOut:
    """Show how far an import is and what became of its rows."""
    return ImportOut.of(_found(import_id))


@blueprint.get("/<import_id>/rejected")
@needs("catalog")
def list_rejected(import_id: str) -> Response:
    """Download the refused rows as NDJSON."""
    rows = rejected_rows(services().blobs, _found(import_id).import_id)
    return Response(
        rows,
        content_type="application/x-ndjson",
        headers={"Content-Disposition": f'attachment; filename="{import_id}-rejected.ndjson"'},
    )


@blueprint.post("/<import_id>/cancel")
@needs("catalog")
@blueprint.output(ImportOut)
@blueprint.doc(responses={409: "It ended already."})
def cancel_import(import_id: str) -> ImportOut:
    """Stop an import; what is committed stays."""
    _found(import_id)
    return ImportOut.of(services().graph.imports.cancel(import_id))


@blueprint.post("/<import_id>/retry")
@needs("catalog")
@blueprint.input(RetryImport, location="json", arg_name="body")
@blueprint.input(RetryImport, location="query", arg_name="query")
@blueprint.output(ImportOut, status_code=202)
@blueprint.doc(responses={409: "It did not fail."})
def retry_import(import_id: str, body: RetryImport, query: RetryImport) -> tuple[ImportOut, int, dict[str, str]]:
    """Take up an import that failed, was parked or cancelled, where it stopped.

    What the body leaves open may be said in the query, as when the import was asked for.
    """
    _found(import_id)
    consent = query.allow_deletions if body.allow_deletions is None else body.allow_deletions
    again = services().graph.imports.retry(import_id, allow_deletions=consent)
    enqueue("imports.run", {"import_id": import_id}, queue="import")
    return ImportOut.of(again), 202, {"Location": f"/v1/imports/{import_id}"}


def _found(import_id: str) -> Import:
    found = services().graph.imports.get(import_id)
    if found is None:
        raise NotFoundError("import.not_found", "There is no such import.")
    return found

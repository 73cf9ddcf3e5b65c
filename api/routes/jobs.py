"""Requests for generated text, and the jobs they become."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apiflask import APIBlueprint
from flask import Response, request

from api.auth import caller, needs
from api.jobs import accept_job, wait_for
from api.queues import enqueue
from api.schemas.jobs import AdCopyIn, AnswerIn, JobOut, JobPage, JobsQuery, ReviewSummaryIn
from api.services import services
from api.sse import event_stream
from shelfgraph.errors import InvalidRequestError, NotFoundError, PermissionDeniedError

if TYPE_CHECKING:
    from api.inputs import Input
    from kg.graph import Job
    from kg.model import TextKind

blueprint = APIBlueprint("jobs", __name__, url_prefix="/v1", tag="Jobs")


@blueprint.post("/ad-copies")
@needs("marketing")
@blueprint.input(AdCopyIn, location="json", arg_name="body")
@blueprint.output(JobOut, status_code=202)
@blueprint.doc(responses={200: "The ad was written while you waited (`Prefer: wait=20`)."})
def create_ad_copy(body: AdCopyIn) -> Response | tuple[JobOut, int, dict[str, str]]:
    """Write an ad from the facts of a product; every claim is checked against them."""
    return _accept("ad_copy", body)


@blueprint.post("/review-summaries")
@needs("marketing")
@blueprint.input(ReviewSummaryIn, location="json", arg_name="body")
@blueprint.output(JobOut, status_code=202)
@blueprint.doc(responses={200: "The summary was written while you waited (`Prefer: wait=20`)."})
def create_review_summary(body: ReviewSummaryIn) -> Response | tuple[JobOut, int, dict[str, str]]:
    """Sum up the reviews of a product; every sentence names its reviews."""
    return _accept("review_summary", body)


@blueprint.post("/answers")
@needs("search", "marketing")
@blueprint.input(AnswerIn, location="json", arg_name="body")
@blueprint.output(JobOut, status_code=202)
@blueprint.doc(responses={200: "The answer came while you waited (`Prefer: wait=20`)."})
def create_answer(body: AnswerIn) -> Response | tuple[JobOut, int, dict[str, str]]:
    """Answer a customer's question from facts and reviews, or say that the catalogue does not say."""
    return _accept("answer", body)


@blueprint.get("/jobs")
@needs("marketing")
@blueprint.input(JobsQuery, location="query", arg_name="query")
@blueprint.output(JobPage)
def list_jobs(query: JobsQuery) -> JobPage:
    """List jobs, newest first."""
    found = services().graph.jobs.page(query.limit, query.cursor, state=query.state, kind=query.kind)
    return JobPage(results=[JobOut.of(job) for job in found.results], next_cursor=found.next_cursor)


@blueprint.get("/jobs/<job_id>")
@needs("search", "marketing")
@blueprint.output(JobOut)
def show_job(job_id: str) -> JobOut:
    """Show how far a job is and what came of it."""
    return JobOut.of(_found(job_id))


@blueprint.get("/jobs/<job_id>/events")
@needs("search", "marketing")
def watch_job(job_id: str) -> Response:
    """Watch a job."""
    _found(job_id)
    last = request.headers.get("Last-Event-ID", "0")
    if not last.isascii() or not last.isdigit() or len(last) > 18:  # noqa: PLR2004 - more would overflow 64 bits
        raise InvalidRequestError("request.last_event_id_invalid", "Last-Event-ID is none of ours.")
    return event_stream(services(), job_id, after=int(last))


@blueprint.post("/jobs/<job_id>/cancel")
@needs("marketing")
@blueprint.output(JobOut)
@blueprint.doc(responses={409: "It ended already."})
def cancel_job(job_id: str) -> JobOut:
    """Stop a job."""
    _found(job_id)
    return JobOut.of(services().graph.jobs.cancel(job_id))


@blueprint.post("/jobs/<job_id>/retry")
@needs("marketing")
@blueprint.output(JobOut, status_code=202)
@blueprint.doc(responses={409: "It did not fail."})
def retry_job(job_id: str) -> tuple[JobOut, int, dict[str, str]]:
    """Do a job again that failed, was parked or cancelled."""
    _found(job_id)
    again = services().graph.jobs.retry(job_id)
    enqueue("jobs.run", {"job_id": job_id}, queue="generate")
    return JobOut.of(again), 202, {"Location": f"/v1/jobs/{job_id}"}


def _accept(kind: TextKind, body: Input) -> Response | tuple[JobOut, int, dict[str, str]]:
    job = accept_job(kind, body.model_dump(exclude_none=True))
    headers = {"Location": f"/v1/jobs/{job.job_id}"}
    ended = wait_for(job)
    if ended is None:
        return JobOut.of(job), 202, headers
    texts = [text for one in ended.result_text_ids if (text := services().graph.texts.get(one)) is not None]
    return JobOut.of(ended, texts=texts), 200, {**headers, "Preference-Applied": "wait"}


def _found(job_id: str) -> Job:
    job = services().graph.jobs.get(job_id)
    if job is None:
        raise NotFoundError("job.not_found", "There is no such job.")
    if job.kind != "answer" and not caller().has("marketing"):
        raise PermissionDeniedError(
            "auth.scope_missing", "This key lacks the scope marketing.", required_scopes=["marketing"]
        )
    return job

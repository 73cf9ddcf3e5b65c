"""Entity tags: what a caller has already is not sent again, and an edit of something that changed is refused."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import orjson
from flask import Response, request

from api.problems import PreconditionFailedError

if TYPE_CHECKING:
    from pydantic import BaseModel


def tagged(model: BaseModel, *, status: int = 200) -> Response:
    """The model as JSON with its ETag, or 304 where the caller has it."""
    body, tag = _render(model)
    response = Response(body, status=status, content_type="application/json")
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    if request.method in {"GET", "HEAD"}:
        response.make_conditional(request)
    return response


def check_unchanged(current: BaseModel | None) -> None:
    """Compare `If-Match` and `If-None-Match: *` with what is there now (None: nothing).

    Raises:
        PreconditionFailedError: ``request.precondition_failed``.
    """
    expected = request.if_match
    missing = "If-Match" in request.headers and (current is None or not _matches(current, expected.star_tag))
    taken = current is not None and request.if_none_match.star_tag
    if missing or taken:
        raise PreconditionFailedError(
            "request.precondition_failed",
            "It changed since you read it." if not taken else "It is there already.",
            help="Read it again and repeat the edit on what it is now.",
        )


def _matches(current: BaseModel, star: bool) -> bool:  # noqa: FBT001 - werkzeug's own flag
    return star or request.if_match.contains(_render(current)[1])


def _render(model: BaseModel) -> tuple[bytes, str]:
    body = orjson.dumps(model.model_dump(mode="json"))
    return body, hashlib.blake2b(body, digest_size=12).hexdigest()

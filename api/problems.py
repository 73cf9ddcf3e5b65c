"""Every error as `application/problem+json` (RFC 9457), with nothing leaked of what went wrong inside."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import orjson
from flask import Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from api.correlation import request_id
from shelfgraph.errors import AuthenticationError, RowError, ShelfgraphError
from shelfgraph.logs import get_logger

if TYPE_CHECKING:
    from flask import Flask

PROBLEM_MEDIA_TYPE: Final = "application/problem+json"
_CODES: Final = {
    400: ("request.malformed", "The request could not be read."),
    404: ("request.route_not_found", "There is nothing at this address."),
    405: ("request.method_not_allowed", "This address does not take that method."),
    408: ("request.timeout", "The request took too long to arrive."),
    411: ("request.length_required", "Say how long the body is, or send it chunked."),
    412: ("request.precondition_failed", "It changed since you read it."),
    413: ("request.too_large", "The body is larger than this address takes."),
    414: ("request.uri_too_long", "The address is too long."),
    415: ("request.unsupported_media_type", "The body is in a format this address does not take."),
    416: ("request.range_not_satisfiable", "The range does not exist."),
    429: ("rate.limited", "Too many requests."),
}


class UnsupportedMediaTypeError(ShelfgraphError):
    """The body is in a format the route does not take."""

    status = 415


class PreconditionFailedError(ShelfgraphError):
    """`If-Match` names another state of the thing."""

    status = 412


def register(app: Flask) -> None:
    """Answer every error of ``app`` with a problem body."""
    app.register_error_handler(ShelfgraphError, _ours)
    app.register_error_handler(HTTPException, _werkzeug)
    app.register_error_handler(Exception, _unexpected)


def _respond(body: dict[str, Any], status: int) -> Response:
    body["instance"] = request_id()
    return Response(orjson.dumps(body, default=str), status=status, content_type=PROBLEM_MEDIA_TYPE)


def _ours(error: ShelfgraphError) -> Response:
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR and not hasattr(error, "retry_after"):
        return _unexpected(error)
    response = _respond(error.problem(), error.status)
    if isinstance(error, AuthenticationError):
        response.headers["WWW-Authenticate"] = 'Bearer realm="shelfgraph"'
    if retry_after := getattr(error, "retry_after", None):
        response.headers["Retry-After"] = str(retry_after)
    if isinstance(error, UnsupportedMediaTypeError) and (accepted := error.details.get("accept_encoding")):
        response.headers["Accept-Encoding"] = accepted
    return response


def _werkzeug(error: HTTPException) -> Response:
    status = error.code or 500
    if status < HTTPStatus.BAD_REQUEST:  # a redirect is raised as an exception too
        answer = error.get_response()
        return Response(answer.get_data(), status=status, headers=answer.headers)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _unexpected(error)
    code, title = _CODES.get(status, ("request.refused", HTTPStatus(status).phrase + "."))
    problem = _RefusedError(code, title, help=error.description or "" if status in {400, 413} else "").problem()
    problem["status"] = status
    response = _respond(problem, status)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


class _RefusedError(ShelfgraphError):
    """What werkzeug refused before a route ran."""


def _unexpected(error: Exception) -> Response:
    get_logger("api").error(
        "internal error", exc_info=error, method=request.method, route=str(request.url_rule), request_id=request_id()
    )
    problem = ShelfgraphError(
        "internal.error",
        "Something went wrong on our side.",
        help="Try again; if it stays, give the request id to whoever runs this service.",
        request_id=request_id(),
    ).problem()
    return _respond(problem, 500)


def row_problem(*, code: str, message: str, field: str) -> RowError:
    """A refused row as the error of the one product a call was about."""
    return RowError(code, message, field=field)

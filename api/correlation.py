"""Request ids: taken from the caller where they are well formed, made otherwise, and bound into every log line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flask import g, has_request_context, request

from shelfgraph.identifiers import new_id
from shelfgraph.logs import bind, unbind

if TYPE_CHECKING:
    from flask import Flask, Response

HEADER: Final = "X-Request-Id"
_WELL_FORMED: Final = re.compile(r"[A-Za-z0-9._:-]{1,128}")


def request_id() -> str:
    """The id of the current request."""
    if not has_request_context():
        return ""
    if "request_id" not in g:
        given = request.headers.get(HEADER, "")
        g.request_id = given if _WELL_FORMED.fullmatch(given) else new_id("req")
    found: str = g.request_id
    return found


def register(app: Flask) -> None:
    """Give every request of ``app`` an id."""

    @app.before_request
    def _begin() -> None:
        bind(request_id=request_id())

    @app.after_request
    def _name(response: Response) -> Response:
        response.headers[HEADER] = request_id()
        return response

    @app.teardown_request
    def _end(_error: BaseException | None) -> None:
        unbind("request_id")

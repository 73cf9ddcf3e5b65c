"""A small server that speaks the chat completions protocol, run as a process of its own: ``python openai_server.py``.

It prints its port. The model's name chooses how it behaves: ``echo`` answers from the messages and the seed; ``flaky``
fails twice with 503 first; ``busy`` always says 429; ``denied`` says 401; ``garbage`` answers no JSON; ``one``
ignores n; ``huge`` answers more than anyone should read; ``log`` answers with the Authorization header it got.
"""

from __future__ import annotations

import hashlib
import json
import sys
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

calls: dict[str, int] = {}


def application(  # noqa: PLR0911 - one return for each behaviour
    environ: dict[str, Any], start_response: Callable[..., Any]
) -> Iterable[bytes]:
    body = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) or b"{}")
    model = body.get("model", "")
    calls[model] = calls.get(model, 0) + 1
    if environ["PATH_INFO"] == "/calls":
        return _json(start_response, "200 OK", calls)
    if environ["PATH_INFO"] != "/v1/chat/completions":
        return _json(start_response, "404 Not Found", {})
    if model == "denied":
        return _json(start_response, "401 Unauthorized", {"error": "no"})
    if model == "busy" or (model == "flaky" and calls[model] <= 2):
        return _json(start_response, "429 Too Many Requests" if model == "busy" else "503 Service Unavailable", {})
    if model == "garbage":
        start_response("200 OK", [("Content-Type", "text/html")])
        return [b"<html>not what you think</html>"]
    if model == "huge":
        start_response("200 OK", [("Content-Type", "application/json")])
        return [b'"' + b"x" * (9 * 2**20) + b'"']
    count = 1 if model == "one" else body["n"]
    texts = [_text(body, place) for place in range(count)]
    if model == "log":
        texts = [environ.get("HTTP_AUTHORIZATION", "")] * count
    return _json(start_response, "200 OK", {"choices": [{"message": {"content": text}} for text in texts]})


def _text(body: dict[str, Any], place: int) -> str:
    seen = json.dumps([body["messages"], body["seed"], place]).encode()
    return f" words {hashlib.sha256(seen).hexdigest()[:12]} "


def _json(start_response: Callable[..., Any], status: str, body: object) -> Iterable[bytes]:
    start_response(status, [("Content-Type", "application/json")])
    return [json.dumps(body).encode()]


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the parent's name
        """Say nothing."""


if __name__ == "__main__":
    with make_server("127.0.0.1", 0, application, handler_class=_Quiet) as server:
        sys.stdout.write(f"{server.server_port}\n")
        sys.stdout.flush()
        server.serve_forever()

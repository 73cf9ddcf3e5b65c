"""What the OpenAPI document says beside what the models tell: problems, keys and the headers that routes read."""

from __future__ import annotations

from typing import Any, Final

from api.auth import SECURITY_SCHEME

PROBLEM_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "title": "Problem",
    "description": "An error as RFC 9457 has it; `type` ends in the stable `code`.",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "examples": ["product.not_found"]},
        "instance": {"type": "string", "description": "The request id."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "location": {"type": "string"},
                    "field": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}
_PROBLEM: Final = {"$ref": "#/components/schemas/Problem"}
_ALWAYS: Final = {
    "401": "There is no key, or none we know.",
    "403": "The key lacks the scope.",
    "429": "Too many calls, or too much waits; see Retry-After.",
    "500": "Something went wrong on our side.",
    "503": "A part we need does not answer now; see Retry-After.",
}
_WITH_BODY: Final = {
    "409": "What is there does not allow it.",
    "413": "The body is too large.",
    "415": "The body is in another format.",
    "422": "Understood, and refused with a reason.",
}
_STREAMS: Final = {
    "/v1/imports/{import_id}/rejected": (
        "application/x-ndjson",
        "One refused row a line: `line`, `field`, `code`, `reason`, `row`.",
    ),
    "/v1/jobs/{job_id}/events": (
        "text/event-stream",
        "Events until the job's end; `Last-Event-ID` goes on where a stream broke off.",
    ),
    "/v1/texts/{text_id}/export": ("text/csv", "The parts, a line each."),
    "/metrics": ("text/plain", "Prometheus' text format."),
}
_IDEMPOTENT: Final = ("/v1/imports", "/v1/ad-copies", "/v1/review-summaries", "/v1/answers")
_WAITING: Final = _IDEMPOTENT[1:]
_TAGGED: Final = ("/v1/products/{product_id}", "/v1/texts/{text_id}")
_FEED_TYPES: Final = (
    "application/x-ndjson",
    "application/json",
    "text/csv",
    "text/tab-separated-values",
    "application/xml",
    "application/gzip",
    "application/octet-stream",
)


def complete(spec: dict[str, Any]) -> dict[str, Any]:
    """The document with everything that is the same for many routes."""
    components = spec.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
    components["securitySchemes"] = {
        SECURITY_SCHEME: {"type": "http", "scheme": "bearer", "description": "A key; its scopes are per address."}
    }
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            _complete(path, method, operation)
    return spec


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    operation["operationId"] = f"{method}_{path.strip('/').replace('/', '_').replace('{', '').replace('}', '')}"
    for parameter in operation["parameters"]:
        if parameter["in"] == "path":
            parameter["required"] = True
    operation["parameters"].extend(_headers(path, method))
    if (path, method) == ("/v1/imports", "post"):
        feed = {"schema": {"type": "string", "format": "binary"}}
        operation["requestBody"] = {"required": True, "content": dict.fromkeys(_FEED_TYPES, feed)}
    elif path in _STREAMS:
        media_type, description = _STREAMS[path]
        content = {media_type: {"schema": {"type": "string"}}}
        operation["responses"]["200"] = {"description": description, "content": content}
    _add_problems(operation, method)


def _add_problems(operation: dict[str, Any], method: str) -> None:
    responses = operation["responses"]
    possible = dict(_ALWAYS) if operation.get("security") else {"500": _ALWAYS["500"]}
    if "requestBody" in operation:
        possible |= _WITH_BODY
    elif method == "delete":
        possible["412"] = "It changed since you read it."
    for status, description in possible.items():
        responses.setdefault(status, {"description": description})
    for status, response in responses.items():
        if status >= "400":
            response["content"] = {"application/problem+json": {"schema": _PROBLEM}}


def _headers(path: str, method: str) -> list[dict[str, Any]]:
    found = []
    if method == "post" and path in _IDEMPOTENT:
        found.append(_header("Idempotency-Key", "The same key and request give the same answer."))
    if method == "post" and path in _WAITING:
        found.append(_header("Prefer", "`wait=20` answers with the result when it is there in 20 seconds."))
    if path in _TAGGED and method == "get":
        found.append(_header("If-None-Match", "An ETag; 304 where it is still right."))
    if path in _TAGGED and method in {"put", "patch", "delete"}:
        found.append(_header("If-Match", "An ETag; 412 where it changed since."))
    if path.endswith("/events"):
        found.append(_header("Last-Event-ID", "The id of the last event you have."))
    return found


def _header(name: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "description": description, "schema": {"type": "string"}}

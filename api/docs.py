"""The page at ``/docs``: the OpenAPI document as plain HTML, without a script and without anything from elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, current_app, render_template
from markupsafe import Markup, escape

from api.auth import needs_no_key

if TYPE_CHECKING:
    from apiflask import APIFlask
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("docs", __name__)


@blueprint.get("/openapi.json")
@needs_no_key
def document() -> ResponseReturnValue:
    """The OpenAPI document."""
    return _spec()


@blueprint.get("/docs")
@needs_no_key
def page() -> str:
    """The document as a page."""
    spec = _spec()
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            tag = (operation.get("tags") or ["Other"])[0]
            groups.setdefault(tag, []).append({"path": path, "method": method, **operation})
    return render_template(
        "docs.html", info=spec["info"], groups=groups, schemas=spec["components"]["schemas"], kind=_kind, prose=_prose
    )


@blueprint.get("/docs/style.css")
@needs_no_key
def style() -> Response:
    """The style of the page."""
    return Response(render_template("docs.css"), content_type="text/css; charset=utf-8")


def _spec() -> dict[str, Any]:
    app: APIFlask = current_app  # type: ignore[assignment]  # the factory makes no other
    spec = app._get_spec("json")  # noqa: SLF001 - its public property makes the document anew at each call
    return dict(spec)  # type: ignore[arg-type]  # a dict for this format


def _prose(text: str) -> Markup:
    """Escaped text with its `code` shown as such."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text or ""))))  # noqa: S704 - escaped before


def _kind(schema: dict[str, Any]) -> Markup:
    """What a value may be, in a few words, with links to named schemas."""
    if reference := schema.get("$ref"):
        name = str(reference).rpartition("/")[2]
        return Markup('<a href="#schema-{0}">{1}</a>').format(name, name.rpartition(".")[2])
    for union in ("anyOf", "oneOf", "allOf"):
        if union in schema:
            return Markup(" or ").join(_kind(one) for one in schema[union])
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        return Markup(" ").join(Markup("<code>{}</code>").format(value) for value in values)
    kind = schema.get("type", "any")
    if kind == "array" and "items" in schema:
        return Markup("list of {}").format(_kind(schema["items"]))
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return Markup("object of {}").format(_kind(schema["additionalProperties"]))
    return escape(" or ".join(kind) if isinstance(kind, list) else kind)

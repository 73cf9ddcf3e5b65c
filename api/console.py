"""The console: one static page at ``/`` and ``/console``, and its scripts, styles and font.

The page is the same for everyone and holds nothing secret: who signs in there calls the API with a key of their own.
Assets are addressed by the hash of them all, so a browser keeps them for a year and still never mixes two versions.
"""

from __future__ import annotations

import hashlib
import html
from functools import lru_cache
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, abort, make_response, request, send_from_directory

blueprint = Blueprint("console", __name__)

_STATIC: Final = Path(__file__).parent / "static"
_KINDS: Final = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
_YEAR: Final = 365 * 24 * 3600

# Nothing from elsewhere, nothing inline, no HTML made from strings (trusted types without any policy).
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self' data:; "
    "font-src 'self'; "
    "connect-src 'self'; "
    "base-uri 'none'; "
    "form-action 'none'; "
    "frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; "
    "trusted-types 'none'"
)
_SECURITY_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


@lru_cache(maxsize=1)
def _page() -> tuple[str, str]:
    """The page with the addresses of its assets filled in, and the hash of all of them."""
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(one for one in _STATIC.rglob("*") if one.is_file()):
        digest.update(path.relative_to(_STATIC).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    version = digest.hexdigest()
    modules = sorted(path.relative_to(_STATIC).as_posix() for path in _STATIC.glob("js/**/*.js"))
    preloads = "\n".join(
        f'<link rel="modulepreload" href="/console/assets/{version}/{html.escape(module)}">' for module in modules
    )
    template = (_STATIC / "index.html").read_text(encoding="utf-8")
    page = template.replace("%ASSETS%", f"/console/assets/{version}").replace("<!--PRELOADS-->", preloads)
    return page, version


@blueprint.get("/")
@blueprint.get("/console")
@blueprint.get("/console/")
def page() -> Response:
    """The console's page; always revalidated, so that a new release is seen at once."""
    body, version = _page()
    response = Response(body, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(version)
    response.make_conditional(request)
    return response


@blueprint.get("/console/assets/<version>/<path:name>")
def asset(version: str, name: str) -> Response:
    """One script, style, picture or font; kept for a year when asked for under the present hash."""
    kind = _KINDS.get(Path(name).suffix)
    if kind is None:
        abort(404)
    response = make_response(send_from_directory(_STATIC, name, mimetype=kind, conditional=True))
    is_current = version == _page()[1]
    response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable" if is_current else "no-cache"
    return response


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """The icon, for browsers that ask before they read the page."""
    return make_response(send_from_directory(_STATIC, "favicon.svg", mimetype=_KINDS[".svg"]))


@blueprint.after_request
def _secure(response: Response) -> Response:
    for name, value in _SECURITY_HEADERS.items():
        response.headers[name] = value
    return response

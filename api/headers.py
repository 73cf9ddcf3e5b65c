"""Headers every answer carries: nothing is sniffed, framed or loaded from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from flask import Flask, Response

_PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_DATA_POLICY: Final = "default-src 'none'; frame-ancestors 'none'"
_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def register(app: Flask) -> None:
    """Put the headers on every answer of ``app``; a view's own value stays."""

    @app.after_request
    def _secure(response: Response) -> Response:
        for name, value in _ALWAYS.items():
            response.headers.setdefault(name, value)
        policy = _PAGE_POLICY if response.mimetype == "text/html" else _DATA_POLICY
        response.headers.setdefault("Content-Security-Policy", policy)
        if "Authorization" not in response.vary:
            response.vary.add("Authorization")
        if "Cache-Control" not in response.headers and response.mimetype not in {"text/css", "text/javascript"}:
            response.headers["Cache-Control"] = "no-store"
        return response

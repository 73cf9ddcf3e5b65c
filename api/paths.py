"""Product ids in addresses: any character, the slash and the percent sign included.

A server hands over the path already decoded, where ``a%2Fgraph`` and ``a/graph`` are the same. So below
``/v1/products/`` the path goes to the router as it was sent, and the id is decoded once, by its converter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote, urlsplit

from werkzeug.routing import BaseConverter, ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask

_PREFIX: Final = "/v1/products/"
_LONGEST_ID: Final = 500


class ProductIdConverter(BaseConverter):
    """One product id, percent-encoded; raw slashes are taken as part of it."""

    part_isolating = False
    regex = ".+?"
    weight = 200

    def to_python(self, value: str) -> str:
        """The id; bytes that are no UTF-8 name nothing."""
        try:
            product_id = unquote(value, errors="strict")
        except UnicodeDecodeError as error:
            raise ValidationError from error
        if len(product_id) > _LONGEST_ID:
            raise ValidationError
        return product_id

    def to_url(self, value: object) -> str:
        """The id as it stands in an address."""
        return quote(str(value), safe="")


def register(app: Flask) -> None:
    """Teach ``app`` the converter ``product`` and to route by the path as it was sent."""
    app.url_map.converters["product"] = ProductIdConverter
    app.url_map.merge_slashes = False  # an id may hold two slashes in a row
    app.wsgi_app = _RawPath(app.wsgi_app)  # type: ignore[method-assign]  # Flask documents this as the way


class _RawPath:
    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").startswith(_PREFIX):
            sent = environ.get("RAW_URI") or environ.get("REQUEST_URI")
            raw = _path_of(sent, environ.get("SCRIPT_NAME", "")) if sent else _encoded(environ["PATH_INFO"])
            if raw.startswith(_PREFIX):
                environ["PATH_INFO"] = raw
        return self._app(environ, start_response)


def _path_of(uri: str, mounted_at: str) -> str:
    path = uri.partition("?")[0].partition("#")[0] if uri.startswith("/") else urlsplit(uri).path
    return path.removeprefix(mounted_at)


def _encoded(path_info: str) -> str:
    """For a server that keeps no raw address: slashes stay ambiguous, the rest is exact."""
    return quote(path_info.encode("latin-1"), safe="/")

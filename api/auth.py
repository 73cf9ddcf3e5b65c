"""Who calls: bearer keys, their scopes, and the rule that an address without a declared scope is for admins only."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, ParamSpec, TypeVar, get_args

from flask import current_app, g, request

from api.services import services
from shelfgraph.errors import AuthenticationError, PermissionDeniedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

Scope = Literal["catalog", "search", "marketing", "admin"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
SECURITY_SCHEME: Final = "key"
BOOTSTRAP_KEY_ID: Final = "key_bootstrap"
_ADMIN: Final = "admin"
_CACHE_SECONDS: Final = 5.0
_CACHE_SIZE: Final = 4096
_LONGEST_KEY: Final = 512

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Caller:
    """The key behind a request."""

    key_id: str
    scopes: frozenset[str]

    def has(self, *scopes: Scope) -> bool:
        """Whether the key has one of ``scopes``, or may do everything."""
        return _ADMIN in self.scopes or not self.scopes.isdisjoint(scopes)


def new_secret() -> str:
    """A key with 256 random bits; it starts with ``sg_`` so that scanners and our logs know it for a secret."""
    return f"sg_{secrets.token_urlsafe(32)}"


def key_hash(secret: str) -> str:
    """What is stored of a key. Keys are random, so a fast hash is enough: there is nothing to guess from."""
    return hashlib.sha256(secret.encode()).hexdigest()


def needs(*scopes: Scope) -> Callable[[Callable[_Parameters, _Result]], Callable[_Parameters, _Result]]:
    """Let keys with any of ``scopes`` (or admin) call the view; without arguments, any valid key."""

    def mark(view: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
        view.__dict__["needed_scopes"] = scopes
        _document(view, [{SECURITY_SCHEME: list(scopes)}])
        return view

    return mark


def needs_no_key(view: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """Let anybody call the view."""
    view.__dict__["needs_no_key"] = True
    return view


def caller() -> Caller:
    """The key behind the current request."""
    found: Caller = g.caller
    return found


def forget_all() -> None:
    """Drop what this process remembers of keys, so that revoking one works at once here."""
    _cache().clear()


def register(app: Flask) -> None:
    """Check every request of ``app`` before its view runs."""
    app.extensions["shelfgraph.keys"] = _KeyCache()
    app.before_request(_check)


def _check() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if _is_open(view):
        return
    g.caller = _authenticate()
    if view is None:
        return  # no such address: told only to those with a key
    needed: tuple[Scope, ...] = getattr(view, "needed_scopes", (_ADMIN,))
    if needed and not g.caller.has(*needed):
        named = " or ".join(needed)
        raise PermissionDeniedError(
            "auth.scope_missing",
            f"This key lacks the scope {named}.",
            help="Ask an admin for a key that has it.",
            required_scopes=list(needed),
        )


def _is_open(view: object) -> bool:
    if view is None:
        # Addresses outside /v1 (a mistyped page, favicon.ico) are plain 404s; below /v1 a key comes first.
        return not request.path.startswith("/v1/")
    return request.blueprint == "console" or getattr(view, "needs_no_key", False)


def _authenticate() -> Caller:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    secret = secret.strip()
    if kind.lower() != "bearer" or not secret:
        raise AuthenticationError(
            "auth.key_missing", "This call needs a key.", help="Send it as `Authorization: Bearer KEY`."
        )
    found = _find(secret) if len(secret) <= _LONGEST_KEY else None
    if found is None:
        raise AuthenticationError("auth.key_unknown", "This key is not known, or was revoked.")
    return found


def _find(secret: str) -> Caller | None:
    bootstrap = services().settings.api_key.get_secret_value()
    # Hashes of equal length are compared, so that neither the time nor the length tells anything about the key.
    if bootstrap and hmac.compare_digest(key_hash(secret), key_hash(bootstrap)):
        return Caller(BOOTSTRAP_KEY_ID, frozenset({_ADMIN}))
    return _cache().find(key_hash(secret))


def _cache() -> _KeyCache:
    found: _KeyCache = current_app.extensions["shelfgraph.keys"]
    return found


class _KeyCache:
    """Remembers for some seconds what the graph said about a key, known or not; a revoked key lives no longer."""

    def __init__(self) -> None:
        self._entries: OrderedDict[str, tuple[float, Caller | None]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, hashed: str) -> Caller | None:
        now = time.monotonic()
        with self._lock:
            entry = self._entries.get(hashed)
        if entry is not None and entry[0] > now:
            return entry[1]
        key = services().graph.keys.by_hash(hashed)
        known = Caller(key.key_id, frozenset(key.scopes)) if key is not None and not key.revoked else None
        with self._lock:
            self._entries[hashed] = (now + _CACHE_SECONDS, known)
            self._entries.move_to_end(hashed)
            while len(self._entries) > _CACHE_SIZE:
                self._entries.popitem(last=False)
        return known

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()


def _document(view: Callable[_Parameters, _Result], security: list[dict[str, list[Scope]]]) -> None:
    """Say it in the OpenAPI document too; APIFlask keeps what it documents in ``_spec``."""
    view.__dict__.setdefault("_spec", {})["security"] = security

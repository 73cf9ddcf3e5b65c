"""The API as commands see it."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import httpx

from shelfgraph.errors import AuthenticationError, ShelfgraphError, UnavailableError
from shelfgraph.settings import Settings, get_settings
from shelfgraph.supervisor import Home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_TIMEOUT: Final = httpx.Timeout(60.0, connect=5.0)
_UPLOAD_TIMEOUT: Final = httpx.Timeout(600.0, connect=5.0)
_POLL_SECONDS: Final = 0.3
_AWAY_SECONDS: Final = 60.0
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
ENDED: Final = frozenset({"succeeded", "failed", "parked", "cancelled"})


class ApiError(ShelfgraphError):
    """What the API answered, as it said it."""

    answered = 0
    """The status of the answer."""

    def problem(self) -> dict[str, Any]:
        """The body of RFC 9457 for this error, with the status that the API gave it."""
        return {**super().problem(), "status": self.answered or self.status}


class Client:
    """Calls the API with the key at hand; errors it answers are raised with their own codes."""

    def __init__(self, settings: Settings | None = None) -> None:
        settings = settings or get_settings()
        home = Home(settings.home_path)
        running = None if settings.url else home.running()
        self.url = (running[1] if running else "") or settings.api_url
        key = settings.api_key.get_secret_value()
        if not key:
            with contextlib.suppress(OSError):
                key = home.admin_key.read_text(encoding="ascii").strip()
        if not key:
            raise AuthenticationError(
                "auth.key_missing",
                "There is no API key.",
                help=f"Set SHELFGRAPH_API_KEY, or start Shelfgraph: it keeps one in {home.admin_key}.",
            )
        self.key = key
        self._http = httpx.Client(
            base_url=self.url,
            headers={"Authorization": f"Bearer {key}"},
            timeout=_TIMEOUT,
            trust_env=urlsplit(self.url).hostname not in _LOOPBACK,
        )

    def get(self, path: str, **params: Any) -> Any:  # noqa: ANN401 - any JSON
        """The JSON at ``path``; parameters that are None are left out."""
        return self.call("GET", path, params={name: one for name, one in params.items() if one is not None})

    def post(self, path: str, body: Any = None, *, idempotency_key: str | None = None) -> Any:  # noqa: ANN401 - any JSON
        """Post JSON; the JSON that is answered."""
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        return self.call("POST", path, json={} if body is None else body, headers=headers)

    def upload(
        self, path: str, chunks: Iterable[bytes], params: list[tuple[str, str]], *, idempotency_key: str | None = None
    ) -> Any:  # noqa: ANN401 - any JSON
        """Post bytes as they come; the JSON that is answered."""
        headers = {
            "Content-Type": "application/octet-stream"
        }  # the format is told by ?format= or seen from the content
        if idempotency_key:
            headers["Idempotency-Key"] = idempotency_key
        return self.call("POST", path, content=chunks, params=params, headers=headers, timeout=_UPLOAD_TIMEOUT)

    def call(self, method: str, path: str, **options: Any) -> Any:  # noqa: ANN401 - what httpx takes, and any JSON
        """Call the API.

        Raises:
            UnavailableError: ``cli.no_answer``.
            ApiError: whatever it answered.
        """
        try:
            response = self._http.request(method, path, **options)
        except httpx.TransportError as error:
            raise UnavailableError(
                "cli.no_answer",
                f"Nothing answers at {self.url} ({type(error).__name__}).",
                help="Start it with `shelfgraph up`, or say where it is with SHELFGRAPH_URL.",
            ) from error
        if response.is_error:
            raise _problem(response)
        return (
            response.json()
            if response.headers.get("Content-Type", "").startswith("application/json")
            else response.text
        )

    def watch(self, path: str, on_change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
        """Look at a job or an import until it has ended; an API that restarts meanwhile is waited for."""
        away_since: float | None = None
        while True:
            try:
                found: dict[str, Any] = self.get(path)
            except UnavailableError:
                away_since = away_since or time.monotonic()
                if time.monotonic() - away_since > _AWAY_SECONDS:
                    raise
            else:
                away_since = None
                on_change(found)
                if found["state"] in ENDED:
                    return found
            time.sleep(_POLL_SECONDS)

    def pages(self, path: str, limit: int, **params: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - query parameters
        """The first ``limit`` items of a list, page by page."""
        cursor = None
        left = limit
        while left > 0:
            page = self.get(path, limit=min(left, 100), cursor=cursor, **params)
            yield from page["results"][:left]
            left -= len(page["results"])
            cursor = page["next_cursor"]
            if not cursor:
                return


def failure(ended: dict[str, Any], what: str) -> ApiError:
    """The error of a job or an import that did not succeed."""
    error = ended.get("error") or {}
    message = error.get("title") or error.get("message") or f"The {what} ended as {ended['state']}."
    detail = error.get("help") or str(error.get("detail", "")).removeprefix(message).strip()
    return ApiError(error.get("code", f"{what}.{ended['state']}"), message, help=detail)


def _problem(response: httpx.Response) -> ApiError:
    try:
        body = response.json()
        title = body["title"]
        code = body.get("code") or body["type"].rpartition("/")[2]
        detail = str(body.get("detail") or "").removeprefix(title).strip()
    except (ValueError, KeyError, TypeError, AttributeError):
        return ApiError("cli.unexpected_answer", f"The API answered {response.status_code} without saying why.")
    known = {"type", "title", "status", "detail", "code", "help"}
    error = ApiError(code, title, help=detail, **{name: one for name, one in body.items() if name not in known})
    error.answered = response.status_code
    return error

"""The errors a user can meet: a stable code, an HTTP status, a sentence and what to do.

A leaf: anyone may import it, it imports nothing of ours. The tree, by the first word of the code::

    ShelfgraphError
    ├── InvalidRequestError   request.*    400  the call itself is wrong
    ├── AuthenticationError   auth.*       401
    ├── PermissionDeniedError auth.*       403
    ├── NotFoundError         *.not_found  404
    ├── ConflictError         *            409
    ├── PayloadTooLargeError  request.too_large 413
    ├── UnprocessableError    *            422  understood, but refused with a reason
    ├── OverloadedError       queue.full   429  carries retry_after
    ├── UnavailableError      *            503  carries retry_after
    ├── CatalogError          catalog.*    feeds and rows
    │   ├── RowError          one row is refused; the feed goes on
    │   └── FeedError         the feed itself is faulty; the import ends as failed
    ├── GraphError            graph.*      503
    └── SetupError            setup.*      what stops `shelfgraph up`, with exit status

Raise the class with a code and a sentence; the code is stable, the sentence is not.
"""

from __future__ import annotations

from typing import Any, ClassVar


class ShelfgraphError(Exception):
    """An error with a stable code.

    Args:
        code: dotted, stable, for example ``catalog.row_invalid``.
        message: a sentence that says what is wrong.
        help: a sentence that says what to do about it.
        details: facts a program may read, for example ``field`` or ``line``.
    """

    status: ClassVar[int] = 500

    def __init__(self, code: str, message: str, *, help: str = "", **details: Any) -> None:  # noqa: A002, ANN401 - RFC 9457 extension members are any JSON
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help
        self.details = details

    def __str__(self) -> str:
        return f"{self.message} {self.help}".strip()

    def problem(self) -> dict[str, Any]:
        """The body of RFC 9457 for this error."""
        return {
            "type": f"https://shelfgraph.dev/errors/{self.code}",
            "title": self.message,
            "status": self.status,
            "detail": str(self),
            "code": self.code,
            **self.details,
        }


class InvalidRequestError(ShelfgraphError):
    """The call itself is wrong."""

    status = 400


class AuthenticationError(ShelfgraphError):
    """No key, or one we do not know."""

    status = 401


class PermissionDeniedError(ShelfgraphError):
    """The key lacks the scope."""

    status = 403


class NotFoundError(ShelfgraphError):
    """There is no such thing."""

    status = 404


class ConflictError(ShelfgraphError):
    """The state of the thing does not allow it."""

    status = 409


class PayloadTooLargeError(ShelfgraphError):
    """What was sent is larger than allowed."""

    status = 413


class UnprocessableError(ShelfgraphError):
    """Understood, and refused with a reason."""

    status = 422


class _RetryableError(ShelfgraphError):
    """An error that passes; ``retry_after`` is in seconds."""

    def __init__(self, code: str, message: str, *, help: str = "", retry_after: int = 1, **details: Any) -> None:  # noqa: A002, ANN401 - as in the parent
        super().__init__(code, message, help=help, **details)
        self.retry_after = retry_after


class OverloadedError(_RetryableError):
    """Too much is waiting, or a key asks too fast."""

    status = 429


class UnavailableError(_RetryableError):
    """A part we need does not answer now."""

    status = 503


class GraphError(_RetryableError):
    """The graph does not answer, or refused a statement."""

    status = 503


class CatalogError(ShelfgraphError):
    """Something is wrong with what a merchant sent."""

    status = 422


class RowError(CatalogError):
    """One row is refused; ``details`` holds ``field``."""


class FeedError(CatalogError):
    """The feed itself is faulty; rows before the fault stay."""


class SetupError(ShelfgraphError):
    """What stops a command; ``exit_status`` is the status of the process."""

    exit_status: ClassVar[int] = 1

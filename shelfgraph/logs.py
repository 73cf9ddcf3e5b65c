"""Logs: one JSON object a line, with the ids at hand and without secrets. A leaf: anyone may import it."""

from __future__ import annotations

import logging
import re
import sys
from typing import TYPE_CHECKING, Any, Final, TextIO

import structlog
from pydantic import SecretStr

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from shelfgraph.settings import Settings

_REDACTED: Final = "[redacted]"
_SECRET_KEYS: Final = re.compile(r"(?i)(authorization|password|passwd|secret|api_?key|token$|cookie|credential)")
_SECRET_TEXT: Final = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}"), rf"\1 {_REDACTED}"),
    (re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*://)[^\s/@]+@", re.IGNORECASE), rf"\g<scheme>{_REDACTED}@"),
    (re.compile(r"\bsg_[A-Za-z0-9_-]{8,}"), _REDACTED),
)
_NOISY: Final = (
    "neo4j", "kombu", "amqp", "httpx", "httpcore", "celery.app.trace", "celery.beat", "celery.worker.strategy",
)  # fmt: skip
_SHORTEST_SECRET: Final = 6  # shorter values would blank out ordinary words


def configure(settings: Settings, *, process: str, stream: TextIO | None = None) -> None:
    """Send every log line of this process, ours and the libraries', to ``stream`` (standard error) as JSON.

    Args:
        settings: for the level, and for the secrets that must never appear.
        process: a short name such as ``api`` or ``worker-import``.
        stream: where to, for tests.
    """
    redact = _Redactor(settings)

    def name_process(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # noqa: ANN401 - structlog's signature
        event["process"] = process
        return event

    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        name_process,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    output = logging.StreamHandler(stream or sys.stderr)
    output.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                redact,
                structlog.processors.JSONRenderer(default=str, ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [output]
    root.setLevel(settings.log_level.upper())
    for noisy in _NOISY:
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))
    logging.captureWarnings(capture=True)


def bind(**ids: str) -> Mapping[str, Any]:
    """Put ids (``request_id``, ``import_id``, ``job_id``) on every line logged from here on in this context.

    Returns:
        tokens for `unbind`.
    """
    return structlog.contextvars.bind_contextvars(**ids)


def unbind(*names: str) -> None:
    """Take ids off again; without names, all of them."""
    if names:
        structlog.contextvars.unbind_contextvars(*names)
    else:
        structlog.contextvars.clear_contextvars()


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of a module: ``get_logger(__name__).info("import_finished", rows=12)``."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


class _Redactor:
    """Replaces secrets by name, by shape and, for the settings' own, by value."""

    def __init__(self, settings: Settings) -> None:
        values = (getattr(settings, name) for name in type(settings).model_fields)
        secrets = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
        self._known = tuple(secret for secret in secrets if len(secret) >= _SHORTEST_SECRET)

    def __call__(self, _logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {key: self._clean(key, value) for key, value in event.items()}

    def _clean(self, key: str, value: object) -> object:
        if _SECRET_KEYS.search(key):
            return _REDACTED
        if isinstance(value, dict):
            return {name: self._clean(str(name), item) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [self._clean("", item) for item in value]
        if value is None or isinstance(value, bool | int | float):
            return value
        text = str(value)
        for secret in self._known:
            text = text.replace(secret, _REDACTED)
        for pattern, replacement in _SECRET_TEXT:
            text = pattern.sub(replacement, text)
        return text

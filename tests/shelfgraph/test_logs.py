from __future__ import annotations

import io
import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from shelfgraph import logs
from shelfgraph.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure(
        Settings(api_key="bootstrap-key-123", graph_password="hunter2hunter2"), process="test", stream=stream
    )
    yield stream
    logs.unbind()
    logging.captureWarnings(capture=False)
    root.handlers[:], root.level = before


def _lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_json_with_the_ids_at_hand(stream: io.StringIO) -> None:
    logs.bind(import_id="imp_1")
    logs.get_logger("workers.imports").info("import_started", rows=3)
    logs.unbind("import_id")
    logging.getLogger("library").warning("from %s", "elsewhere")
    first, second = _lines(stream)
    assert first["event"] == "import_started"
    assert (first["import_id"], first["rows"], first["process"], first["level"]) == ("imp_1", 3, "test", "info")
    assert (second["event"], second["logger"]) == ("from elsewhere", "library")
    assert "import_id" not in second


def test_secrets_never_appear(stream: io.StringIO) -> None:
    log = logs.get_logger("test")
    log.info("call", authorization="Bearer abcdefghijkl", headers={"Authorization": "x", "accept": "y"})
    log.info("url redis://:pass-word@127.0.0.1:1/0 and https://user:pw@host/x")
    log.info("key is bootstrap-key-123", items=["hunter2hunter2", "sg_0123456789abcdef"])
    try:
        int("hunter2hunter2")
    except ValueError:
        log.exception("failed")
    text = stream.getvalue()
    for secret in (
        "abcdefghijkl",
        "pass-word",
        "user:pw",
        "bootstrap-key-123",
        "hunter2hunter2",
        "sg_0123456789abcdef",
    ):
        assert secret not in text
    assert _lines(stream)[0]["headers"] == {"Authorization": "[redacted]", "accept": "y"}
    assert "ValueError" in _lines(stream)[3]["exception"]


def test_hostile_text_stays_on_its_line(stream: io.StringIO) -> None:
    logs.get_logger("test").info("row", value='x\n{"event": "forged"}')
    assert len(stream.getvalue().splitlines()) == 1

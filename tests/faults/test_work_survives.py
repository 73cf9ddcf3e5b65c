"""Work that was accepted ends once, whatever is killed meanwhile."""

from __future__ import annotations

import json
import signal
import socket
import time
from typing import TYPE_CHECKING, Any

import pytest
import redis

from kg.graph import ImportRequest, ProductGraph
from shelfgraph.blobs import Blobs

from ..conftest import settings_from  # noqa: TID252 - the tests are no package that could be named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import psutil

    from ..stack import Stack  # noqa: TID252 - same

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

ROWS = 320  # five batches, so that there is something to kill in between
BROKEN = (7, 130, 131, 199, 300)  # lines
TWICE = (20, 280)  # the product of the first line comes again on the second


def _feed(name: str) -> bytes:
    rows: list[Any] = [
        {
            "product_id": f"{name}-{line}",
            "title": f"Steel bottle {line}, {line} ml",
            "description": "Holds cold for 24 hours. Not for the dishwasher. Fits cup holders.",
            "language": "en",
        }
        for line in range(1, ROWS + 1)
    ]
    rows[TWICE[1] - 1]["product_id"] = f"{name}-{TWICE[0]}"
    lines = [json.dumps(row) for row in rows]
    for line in BROKEN:
        lines[line - 1] = "{broken"
    return "\n".join(lines).encode()


def _accept(stack: Stack, name: str) -> str:
    with stack.api() as api:
        answer = api.post("/v1/imports", content=_feed(name), headers={"Content-Type": "application/x-ndjson"})
        assert answer.status_code == 202, answer.text
        import_id: str = answer.json()["import_id"]
    return import_id


def _wait_until_some_rows_are_in(stack: Stack, import_id: str) -> None:
    deadline = time.monotonic() + 300
    with stack.api() as api:
        while not 0 < api.get(f"/v1/imports/{import_id}").json()["counts"]["read"] < ROWS:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def _check(stack: Stack, import_id: str) -> None:
    done = stack.wait_ended(f"/v1/imports/{import_id}")
    refused = len(BROKEN) + 1
    assert done["state"] == "succeeded", done
    counts = done["counts"]
    assert (counts["read"], counts["changed"], counts["rejected"]) == (ROWS, ROWS - refused, refused)
    lines = [json.loads(line)["line"] for line in stack.run("imports", "rejected", import_id).stdout.splitlines()]
    assert lines == sorted([*BROKEN, TWICE[0]])


def _kill(found: list[psutil.Process]) -> None:
    assert found
    for process in found:
        process.send_signal(signal.SIGKILL)


VICTIMS: dict[str, Callable[[Stack], list[psutil.Process]]] = {
    "the worker's child": lambda stack: stack.find("-Q import")[1:],
    "the worker": lambda stack: stack.find("-Q import")[:1],
    "the graph": lambda stack: stack.find("java.args"),
    "the broker": lambda stack: stack.find("valkey-server"),
    "the API": lambda stack: stack.find("gunicorn"),
}


@pytest.mark.parametrize("victim", VICTIMS)
def test_an_import_ends_once_with_exact_counts(stack: Stack, victim: str) -> None:
    name = f"K{list(VICTIMS).index(victim)}"
    import_id = _accept(stack, name)
    _wait_until_some_rows_are_in(stack, import_id)
    _kill(VICTIMS[victim](stack))
    _check(stack, import_id)  # and long before its lease would run out
    with stack.api() as api:
        assert api.get(f"/v1/products/{name}-{ROWS}").json()["title"].startswith("Steel bottle")


def _child_environment(stack: Stack) -> dict[str, str]:
    found = stack.find("-Q maintain")[0].environ()
    return {name: value for name, value in found.items() if name.startswith("SHELFGRAPH_")}


@pytest.fixture
def inside(stack: Stack) -> Iterator[tuple[ProductGraph, Blobs, redis.Redis]]:
    environment = _child_environment(stack)
    names = ("GRAPH_URI", "GRAPH_USER", "GRAPH_PASSWORD", "GRAPH_DATABASE", "GRAPH_HTTP_URL", "HOME")
    graph = ProductGraph.connect(
        settings_from({f"SHELFGRAPH_{name}": environment[f"SHELFGRAPH_{name}"] for name in names})
    )
    broker = redis.Redis.from_url(environment["SHELFGRAPH_BROKER_URL"])
    yield graph, Blobs(str(stack.home / "blobs")), broker
    graph.close()
    broker.close()


def test_an_emptied_broker_loses_nothing(stack: Stack, inside: tuple[ProductGraph, Blobs, redis.Redis]) -> None:
    graph, blobs, broker = inside
    blobs.put("imports/lost", [_feed("LOST")])
    accepted = graph.imports.accept(ImportRequest(blob="imports/lost"))  # on disk, and no message about it anywhere
    broker.flushall()
    _check(stack, accepted.import_id)
    job = graph.jobs.accept("review_summary", {"product_id": "LOST-1"})
    broker.flushall()
    assert stack.wait_ended(f"/v1/jobs/{job.job_id}")["error"]["code"] == "review_summary.no_reviews"
    later = _accept(stack, "LATER")
    broker.flushall()
    _check(stack, later)


@pytest.mark.parametrize("length", ["Content-Length: {size}", "Transfer-Encoding: chunked"])
def test_an_upload_that_breaks_off_is_no_import(stack: Stack, length: str) -> None:
    feed = _feed("CUT")
    half = feed[: len(feed) // 2]
    if "chunked" in length:
        half = b"%x\r\n%b" % (len(feed), half)
    blobs = stack.home / "blobs"
    before = stack.json("imports")["results"], sorted(blobs.rglob("uploads/*"))
    lines = (
        "POST /v1/imports?mode=full HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {stack.key}",
        "Content-Type: application/x-ndjson",
        length.format(size=len(feed)),
        "\r\n",
    )
    with socket.create_connection(("127.0.0.1", stack.port), timeout=120) as caller:
        caller.sendall("\r\n".join(lines).encode() + half)
        caller.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: caller.recv(2**16), b""))
    assert answer.startswith(b"HTTP/1.1 400 "), answer
    assert (stack.json("imports")["results"], sorted(blobs.rglob("uploads/*"))) == before


def test_what_was_killed_was_started_again_and_said(stack: Stack) -> None:
    said = stack.said()
    assert "The import worker ended with status -9; starting it again" in said
    assert "Started the graph server again." in said
    assert stack.json("status")["ready"] == {"ready": True, "graph": True, "broker": True, "index": True}

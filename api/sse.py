"""A job's events as server-sent events: from where the caller left off, with heartbeats, until the job ends."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import orjson
from flask import Response

from api.jobs import ENDED
from shelfgraph.broker import job_channel
from shelfgraph.errors import OverloadedError, ShelfgraphError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.services import ApiServices
    from kg.graph import JobEvent
    from shelfgraph.broker import Subscription

_LOOK_SECONDS: Final = 1.0
_HEARTBEAT_SECONDS: Final = 15.0
_LONGEST_SECONDS: Final = 600.0  # then the caller comes again with Last-Event-ID
_MOST_STREAMS: Final = 24
_streams = threading.BoundedSemaphore(_MOST_STREAMS)  # each holds a thread of the server


def event_stream(api: ApiServices, job_id: str, *, after: int) -> Response:
    """Stream the events of a job that come after number ``after``.

    Raises:
        OverloadedError: ``events.too_many_streams``.
    """
    if not _streams.acquire(blocking=False):
        raise OverloadedError(
            "events.too_many_streams",
            "Too many jobs are being watched.",
            help="Ask for the job itself now and then.",
            retry_after=5,
        )
    stream = _Stream(_follow(api, job_id, after))
    response = Response(stream, content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"  # a proxy that collects the stream would stop its progress
    return response


class _Stream:
    """Gives its place back however the stream ends, also when it was never begun."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines
        self._closed = False

    def __iter__(self) -> Iterator[bytes]:
        return self._lines

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            _streams.release()


def _follow(api: ApiServices, job_id: str, after: int) -> Iterator[bytes]:
    yield b"retry: 2000\n\n"
    until = time.monotonic() + _LONGEST_SECONDS
    beat = time.monotonic()
    wake = _Waker(api, job_id)
    try:
        while time.monotonic() < until:
            try:
                job = api.graph.jobs.get(job_id)  # before its events: the last of them is then among these
                events = api.graph.jobs.events(job_id, after)
            except ShelfgraphError:
                return  # the caller comes again
            for event in events:
                after = event.seq
                yield _render(event)
            if job is None or job.state in ENDED:
                yield _end(job.state if job else "gone")
                return
            if events:
                beat = time.monotonic()
            elif time.monotonic() - beat >= _HEARTBEAT_SECONDS:
                beat = time.monotonic()
                yield b": still here\n\n"
            wake.wait()
    finally:
        wake.close()


class _Waker:
    """Waits for a signal of the broker, or a moment where there is none."""

    def __init__(self, api: ApiServices, job_id: str) -> None:
        self._signals: Subscription | None = None
        with suppress(UnavailableError):
            self._signals = api.broker.subscribe(job_channel(job_id), timeout=_LOOK_SECONDS)
        self._clock = api.clock

    def wait(self) -> None:
        if self._signals is None:
            self._clock.sleep(_LOOK_SECONDS)
        else:
            next(self._signals)

    def close(self) -> None:
        if self._signals is not None:
            self._signals.close()


def _render(event: JobEvent) -> bytes:
    data = orjson.dumps({"at": event.at, "type": event.type, **event.data})
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (event.seq, event.type.encode(), data)


def _end(state: str) -> bytes:
    return b"event: end\ndata: %s\n\n" % orjson.dumps({"state": state})

"""Keeps an index at the version of the graph: a thread that reads what changed, woken by signals, else by the clock."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING, Any, Final, Protocol

from shelfgraph.broker import CHANGES_CHANNEL
from shelfgraph.errors import ShelfgraphError
from shelfgraph.logs import get_logger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.graph import ChangeBatch
    from search.index.local import LocalIndex

_POLL_SECONDS: Final = 0.2
_LONGEST_BACKOFF: Final = 5.0
_PAGE: Final = 500
_SNAPSHOT_SECONDS: Final = 300.0
_SNAPSHOT_CHANGES: Final = 20_000
_STOP_SECONDS: Final = 30.0
_log = get_logger(__name__)


class _Changes(Protocol):
    def version(self) -> int: ...
    def since(self, version: int, *, limit: int = ..., after: tuple[int, str] | None = ...) -> ChangeBatch: ...


class _Graph(Protocol):
    @property
    def changes(self) -> _Changes: ...


class _Broker(Protocol):
    def subscribe(self, *channels: str, timeout: float = ...) -> Any: ...  # noqa: ANN401 - an iterator that closes


class Follower:
    """Follows the graph with an index.

    Args:
        graph: where changes come from.
        index: what they are applied to.
        folder: where snapshots lie.
        broker: whose signals wake the follower; without one it looks every fifth of a second all the same.
    """

    def __init__(self, graph: _Graph, index: LocalIndex, folder: Path, *, broker: _Broker | None = None) -> None:
        self._graph = graph
        self._index = index
        self._folder = folder
        self._broker = broker
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._advanced = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._seen = 0
        self._caught_up_at: float | None = None
        self._saved_at = time.monotonic()
        self._unsaved = 0

    @property
    def version(self) -> int:
        """The catalogue version the index is at."""
        return self._index.version

    @property
    def lag(self) -> int:
        """How many catalogue versions the index is behind what was last seen in the graph."""
        return max(0, self._seen - self._index.version)

    @property
    def ready(self) -> bool:
        """Whether the index has caught up with the graph once."""
        return self._caught_up_at is not None

    @property
    def seconds_behind(self) -> float | None:
        """Seconds since the index was last known to be at the graph's version; None before the first time."""
        return None if self._caught_up_at is None else time.monotonic() - self._caught_up_at

    def start(self) -> None:
        """Load the snapshot and begin to follow."""
        loaded = self._index.load(self._folder)
        _log.info("index opened", snapshot=loaded, version=self._index.version, products=self._index.count)
        self._threads = [threading.Thread(target=self._follow, name="index-follower", daemon=True)]
        if self._broker is not None:
            self._threads.append(threading.Thread(target=self._listen, name="index-signals", daemon=True))
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the threads and keep a snapshot."""
        self._stopping.set()
        self._wake.set()
        for thread in self._threads:
            thread.join(_STOP_SECONDS)
        self._threads = []
        if self._unsaved:
            with contextlib.suppress(OSError):  # a snapshot saves time, nothing else
                self._save()
        self._index.close()

    def wait_for(self, version: int, timeout: float) -> bool:
        """Whether the index is at a catalogue version, at the latest after ``timeout`` seconds."""
        if self._index.version >= version:
            return True
        self._wake.set()
        with self._advanced:
            return self._advanced.wait_for(lambda: self._index.version >= version, timeout)

    def _follow(self) -> None:
        backoff = 0.0
        while not self._stopping.is_set():
            try:
                self._catch_up()
                backoff = 0.0
            except ShelfgraphError as error:
                backoff = self._backed_off(backoff, code=error.code, reason=str(error)[:300])
            except Exception as error:  # noqa: BLE001 - a follower outlives every fault, or searches go stale for good
                backoff = self._backed_off(backoff, code="search.follower_failed", reason=repr(error)[:300])
                self._recover()
            self._wake.wait(max(_POLL_SECONDS, backoff))
            self._wake.clear()
            if backoff:  # a signal must not turn an outage into a busy loop
                self._stopping.wait(_POLL_SECONDS)

    def _backed_off(self, backoff: float, *, code: str, reason: str) -> float:
        backoff = min(_LONGEST_BACKOFF, backoff * 2 or _POLL_SECONDS)
        _log.warning("the index cannot follow the graph", code=code, reason=reason, retry_seconds=backoff)
        return backoff

    def _recover(self) -> None:
        """Go back to the snapshot: a change that was applied by half is not told from one that was applied."""
        with contextlib.suppress(Exception):  # tried again in the next round
            self._index.load(self._folder)

    def _catch_up(self) -> None:
        version = self._graph.changes.version()
        self._seen = version
        if version < self._index.version:
            _log.warning("the graph is older than the index: starting anew", graph=version, index=self._index.version)
            self._index.reset(self._folder)
            self._unsaved = 0
        if version > self._index.version:
            for batch in self._batches():
                self._unsaved += self._index.apply(batch)
                with self._advanced:
                    self._advanced.notify_all()
        if self._index.version >= version:
            self._caught_up_at = time.monotonic()
        due = time.monotonic() - self._saved_at >= _SNAPSHOT_SECONDS
        if self._unsaved and (due or self._unsaved >= _SNAPSHOT_CHANGES):
            self._save()

    def _batches(self) -> Iterator[ChangeBatch]:
        version, after = self._index.version, None
        while not self._stopping.is_set():
            batch = self._graph.changes.since(version, limit=_PAGE, after=after)
            yield batch
            after = batch.next_after
            if after is None:
                return

    def _save(self) -> None:
        started = time.monotonic()
        self._index.save(self._folder)
        self._saved_at, self._unsaved = time.monotonic(), 0
        _log.info("index saved", version=self._index.version, seconds=round(self._saved_at - started, 3))

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                with self._broker.subscribe(CHANGES_CHANNEL, timeout=_POLL_SECONDS) as signals:  # type: ignore[union-attr] # started with a broker only
                    for message in signals:
                        if message is not None:
                            self._wake.set()
                        if self._stopping.is_set():
                            return
            except ShelfgraphError:  # without signals the clock still wakes us
                self._stopping.wait(1.0)

"""The hold a worker has on an import or a job: renewed while it lives, gone soon after it dies."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Self

from shelfgraph.errors import ShelfgraphError
from shelfgraph.logs import get_logger

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

_BEATS_PER_LEASE = 4


class LeaseLostError(Exception):
    """Somebody cancelled the work, or another worker may have it by now: stop without a trace."""


class Lease:
    """Renews a claim from a thread of its own until the block ends.

    Args:
        renew: extends the claim; False when it is no longer ours.
        seconds: how long a claim lasts without renewal.
    """

    def __init__(self, renew: Callable[[], bool], *, seconds: float) -> None:
        self._renew = renew
        self._seconds = seconds
        self._over = threading.Event()
        self._lost = False
        self._held_until = time.monotonic() + seconds
        self._thread = threading.Thread(target=self._beat, name="lease", daemon=True)

    def check(self) -> None:
        """Go on only while the claim is ours.

        Raises:
            LeaseLostError: it was cancelled, or could not be renewed in time.
        """
        if self._lost or time.monotonic() > self._held_until:
            raise LeaseLostError

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join(self._seconds)

    def _beat(self) -> None:
        while not self._over.wait(self._seconds / _BEATS_PER_LEASE):
            asked = time.monotonic()
            try:
                held = self._renew()
            except ShelfgraphError as error:  # the graph restarts: the claim lasts a while yet
                get_logger(__name__).warning("lease_not_renewed", code=error.code)
                continue
            if not held:
                self._lost = True
                return
            self._held_until = asked + self._seconds

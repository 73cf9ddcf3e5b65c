"""One writer at a time: in this process, and on the embedded engine in every process of this machine.

The embedded engine is optimistic: overlapping commits on a page fail and are done again, so a long batch starves
beside many short writes. Waiting in line is several times faster. Correctness does not rest on it: each statement
guards itself, and a conflict that gets through is retried.
"""

from __future__ import annotations

import fcntl
import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class WriteLock:
    """A lock between threads, and between processes where it has a file.

    Args:
        path: the file that processes lock; None on an engine that locks by itself.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._threads = threading.Lock()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock; the kernel gives it back when a process dies."""
        with self._threads:
            if self._path is None:
                yield
                return
            # Opened each time: after a fork, parent and child would share one descriptor and with it one lock.
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                yield
            finally:
                os.close(descriptor)

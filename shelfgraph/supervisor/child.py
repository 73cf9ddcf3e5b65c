"""One process of ours that `up` keeps running: started, watched, started again, ended."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_LOG_BYTES: Final = 10 * 2**20
_LOG_FILES: Final = 3
_TAIL_LINES: Final = 500  # a chained traceback is long, and what comes before it says why
_LAUNCH: Final = Path(__file__).with_name("launch.py")


def tied(command: Sequence[str], *, with_signal: signal.Signals = signal.SIGKILL) -> list[str]:
    """The command, made to get a signal when this process dies, however it dies."""
    return [sys.executable, "-ES", str(_LAUNCH), str(os.getpid()), str(int(with_signal)), *command]


class Child:
    """A process in a group of its own, with its output in a rotating file.

    Args:
        name: what people read, such as ``The import worker``.
        command: its first word is an absolute path.
        environment: all of it.
        log_path: where its output goes.
        stop_signal: what asks it to end.
        echo: gets each line of its output, for a console.
    """

    def __init__(  # noqa: PLR0913 - all of what a process is
        self,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        log_path: Path,
        stop_signal: signal.Signals = signal.SIGTERM,
        echo: Callable[[str, str], None] | None = None,
    ) -> None:
        self.name = name
        self.log_path = log_path
        self._command = list(command)
        self._environment = dict(environment)
        self._stop_signal = stop_signal
        self._echo = echo
        self._tail: deque[str] = deque(maxlen=_TAIL_LINES)
        self._pump: threading.Thread | None = None
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it. Only the main thread may: the kernel ties a child to the thread that started it."""
        self._tail.clear()
        self.process = subprocess.Popen(  # noqa: S603 - our own command line
            tied(self._command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self._environment,
            start_new_session=True,
        )
        self._pump = threading.Thread(target=self._copy_output, args=(self.process,), name=self.name, daemon=True)
        self._pump.start()

    def poll(self) -> int | None:
        """Its exit status, or None while it runs."""
        return None if self.process is None else self.process.poll()

    def tail(self) -> str:
        """The last lines it wrote since it started."""
        if self._pump is not None:
            self._pump.join(1.0)
        return "\n".join(self._tail)

    def ask_to_stop(self) -> None:
        """Send it the signal that lets it finish what it is about."""
        if self.process is not None and self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(self._stop_signal)

    def kill_group(self) -> None:
        """End it and all of its own children at once."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self, timeout: float) -> None:
        """Ask, wait ``timeout`` seconds, then end the whole group."""
        self.ask_to_stop()
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(max(0.0, timeout))
        self.kill_group()

    def _copy_output(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdout is None:
            return
        handler = RotatingFileHandler(self.log_path, maxBytes=_LOG_BYTES, backupCount=_LOG_FILES, encoding="utf-8")
        with process.stdout, contextlib.closing(handler):
            for raw in process.stdout:
                line = raw.decode("utf-8", "replace").rstrip("\r\n")
                self._tail.append(line)
                handler.emit(logging.LogRecord(self.name, logging.INFO, "", 0, "%s", (line,), None))
                if self._echo is not None:
                    self._echo(self.name, line)


class Restarts:
    """When to start something again that ended: soon at first, then later, and not for ever.

    Args:
        limit: deaths within ``window`` seconds after which it is given up.
    """

    def __init__(self, *, limit: int = 5, window: float = 120.0) -> None:
        self._limit = limit
        self._window = window
        self._deaths: deque[float] = deque(maxlen=limit)

    def died(self) -> float | None:
        """Note a death; seconds to wait before the next start, or None to give up."""
        now = time.monotonic()
        self._deaths.append(now)
        recent = sum(1 for death in self._deaths if now - death < self._window)
        return None if recent >= self._limit else 0.5 * 2 ** (recent - 1)

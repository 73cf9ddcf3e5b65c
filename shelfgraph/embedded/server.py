"""What both embedded servers share: start in a folder, wait until ready, tell why one died, stop."""

from __future__ import annotations

import socket
import subprocess
import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Self

from shelfgraph.embedded.folder import DataFolder
from shelfgraph.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType

_POLL_SECONDS = 0.05
_LOG_LINES = 12
_LOG_BYTES = 16_384


class EmbeddedServer(ABC):
    """A server of ours as a child process on the loopback interface.

    The child runs in a session of its own: a Ctrl-C reaches the supervisor alone, which ends its children in order.
    An instance can be started again after ``stop`` or a crash; ports and password stay the same.

    Args:
        folder: where its data lies; locked while it runs.
        free_bytes: what the disk must have left at the start.
    """

    name: ClassVar[str]
    died_code: ClassVar[str]

    def __init__(self, folder: Path, *, free_bytes: int) -> None:
        self.folder = folder.absolute()
        self.process: subprocess.Popen[bytes] | None = None
        self._data = DataFolder(self.folder, free_bytes=free_bytes)

    @property
    def log_path(self) -> Path:
        """What the server wrote since its last start."""
        return self.folder / "server.log"

    @abstractmethod
    def settings_env(self) -> dict[str, str]:
        """The environment variables that point our other processes at this server (they hold its password)."""

    @abstractmethod
    def _prepare(self) -> Sequence[str]:
        """Write what the server reads at its start; the command line, free of secrets."""

    @abstractmethod
    def _is_ready(self) -> bool:
        """Whether it serves requests now."""

    def _explain(self, log: str) -> str:
        """What to do about a death, as far as the log shows it."""
        del log
        return f"The whole log is {self.log_path}."

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server; it is not ready yet.

        Raises:
            SetupError: ``setup.folder_unusable``, ``setup.no_disk_space``, ``setup.folder_locked``,
                ``setup.port_in_use`` or ``setup.install_incomplete``.
        """
        if self.process is not None:
            self.stop()
        self._data.claim()
        try:
            command = self._prepare()
            if self.log_path.exists():
                self.log_path.replace(self.log_path.with_suffix(".log.1"))
            with self.log_path.open("wb") as log:
                self.process = subprocess.Popen(  # noqa: S603 - our own binary and a file we wrote
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    cwd=self.folder,
                    start_new_session=True,
                    pass_fds=() if self._data.descriptor is None else (self._data.descriptor,),
                )
            self._data.record(self.process.pid)
        except OSError as error:
            self._data.release()
            raise SetupError(
                "setup.install_incomplete",
                f"{self.name} could not be started: {error}.",
                help="Install again with `make install`.",
            ) from error
        except SetupError:
            self._data.release()
            raise
        return self.process

    def wait_ready(self, timeout: float = 60.0) -> None:
        """Wait until the server answers.

        Args:
            timeout: seconds.

        Raises:
            SetupError: ``setup.graph_died`` or ``setup.broker_died`` with the log's last lines;
                ``setup.not_ready`` when the time is up (the server is stopped then).
        """
        deadline = time.monotonic() + timeout
        while not self._is_ready():
            if self.process is None or self.process.poll() is not None:
                raise self.death()
            if time.monotonic() > deadline:
                lines = self.log_tail()
                self.stop()
                raise SetupError(
                    "setup.not_ready",
                    f"{self.name} did not answer within {timeout:.0f} s. Its last lines: {lines}",
                    help=f"The whole log is {self.log_path}.",
                )
            time.sleep(_POLL_SECONDS)

    def death(self) -> SetupError:
        """The error that says how the server ended; its folder is free again."""
        status = self.process.poll() if self.process is not None else None
        log = self.log_tail()
        self.stop()
        return SetupError(
            self.died_code,
            f"{self.name} ended with status {status}. Its last lines: {log or '(none)'}",
            help=self._explain(log),
            status_code=status,
        )

    def log_tail(self) -> str:
        """The last lines of the log, without stack frames."""
        try:
            with self.log_path.open("rb") as file:
                file.seek(max(0, self.log_path.stat().st_size - _LOG_BYTES))
                text = file.read().decode("utf-8", "replace")
        except OSError:
            return ""
        lines = [
            line.strip() for line in text.splitlines() if line.strip() and not line.startswith(("\tat ", "    at "))
        ]
        return "\n".join(lines[-_LOG_LINES:])

    def stop(self, timeout: float = 10.0) -> None:
        """End the server, forcefully after ``timeout`` seconds, and give its folder back."""
        process, self.process = self.process, None
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._data.release()

    def __enter__(self) -> Self:
        self.start()
        self.wait_ready()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()


def reserve_port(port: int) -> int:
    """A free port on the loopback interface: ``port`` itself, or any where it is 0.

    Raises:
        SetupError: ``setup.port_in_use``.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise SetupError(
                "setup.port_in_use",
                f"Port {port} of 127.0.0.1 is in use.",
                help="Stop what uses it, or choose another port.",
                port=port,
            ) from error
        number: int = probe.getsockname()[1]
    return number

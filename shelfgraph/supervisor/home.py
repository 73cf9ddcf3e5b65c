"""The data folder of a running Shelfgraph: one `up` at a time, its key, and what a killed run left behind."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import shutil
from typing import TYPE_CHECKING, Final

import psutil

from shelfgraph.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FREE_BYTES: Final = 1024 * 2**20
_LEFTOVER_SECONDS: Final = 10.0


class Home:
    """The folder SHELFGRAPH_HOME as `up` uses it.

    Args:
        path: the folder; made when it is absent, readable by its owner only.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.logs = path / "logs"
        self.admin_key = path / "admin.key"
        self._lock = path / "up.lock"
        self._children = path / "children.json"

    @contextlib.contextmanager
    def claim(self, *, url: str) -> Iterator[None]:
        """Hold the folder for as long as the block runs.

        Raises:
            SetupError: ``setup.folder_unusable``, ``setup.already_up`` or ``setup.no_disk_space``.
        """
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.logs.mkdir(mode=0o700, exist_ok=True)
            descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise SetupError(
                "setup.folder_unusable",
                f"The data folder {self.path} cannot be used: {error.strerror}.",
                help="Choose another one with --home or SHELFGRAPH_HOME.",
            ) from error
        try:
            self._take(descriptor)
            self._require_space()
            os.ftruncate(descriptor, 0)
            os.write(descriptor, json.dumps({"pid": os.getpid(), "url": url}).encode())
            yield
        finally:
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, 0)
            os.close(descriptor)

    def running(self) -> tuple[int, str] | None:
        """Process id and address of the `up` that holds the folder, or None."""
        try:
            with self._lock.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                holder = json.loads(self._lock.read_bytes())
                return int(holder["pid"]), str(holder["url"])
            return 0, ""
        except OSError:
            return None
        return None

    def bootstrap_key(self) -> str:
        """The admin key that `up` made at its first start, made now where there is none."""
        with contextlib.suppress(FileNotFoundError):
            if key := self.admin_key.read_text(encoding="ascii").strip():
                self.admin_key.chmod(0o600)
                return key
        key = f"sg_{secrets.token_urlsafe(32)}"
        temporary = self.admin_key.with_suffix(".new")
        temporary.unlink(missing_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{key}\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.admin_key)
        return key

    def note_children(self, pids: list[int]) -> None:
        """Write down which processes run for us, so that the next start finds those we could not end."""
        record = []
        for pid in pids:
            with contextlib.suppress(psutil.Error):
                record.append([pid, psutil.Process(pid).create_time()])
        self._children.write_text(json.dumps(record), encoding="ascii")

    def end_leftovers(self) -> int:
        """End the processes of a run that was killed; how many there were."""
        try:
            record = json.loads(self._children.read_text(encoding="ascii"))
            leftovers = [found for pid, started in record if (found := _same_process(pid, started))]
        except (OSError, ValueError, TypeError):
            return 0
        for process in leftovers:
            with contextlib.suppress(psutil.Error):
                for one in (*process.children(recursive=True), process):
                    one.terminate()
        _, stubborn = psutil.wait_procs(leftovers, timeout=_LEFTOVER_SECONDS)
        for process in stubborn:
            with contextlib.suppress(psutil.Error):
                process.kill()
        self._children.unlink(missing_ok=True)
        return len(leftovers)

    def _take(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            pid, url = self.running() or (0, "")
            where = f" at {url} (process {pid})" if url else ""
            raise SetupError(
                "setup.already_up",
                f"Shelfgraph already runs on {self.path}{where}.",
                help="Use that one, stop it with Ctrl-C, or choose another folder with --home.",
            ) from error

    def _require_space(self) -> None:
        free = shutil.disk_usage(self.path).free
        if free < _FREE_BYTES:
            raise SetupError(
                "setup.no_disk_space",
                f"The disk of {self.path} has {free >> 20} MB left, {_FREE_BYTES >> 20} MB are needed.",
                help="Free some space, or choose another disk with --home.",
            )


def _same_process(pid: object, started: object) -> psutil.Process | None:
    """The running process of that id, if it is the one that started then (ids are used again)."""
    with contextlib.suppress(psutil.Error, ValueError):
        process = psutil.Process(pid if isinstance(pid, int) else -1)
        if process.create_time() == started and process.status() != psutil.STATUS_ZOMBIE:
            return process
    return None

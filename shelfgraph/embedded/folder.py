"""Who owns a server's data folder: a lock that lives as long as the server does, and orphans of a killed supervisor."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from typing import TYPE_CHECKING, Any

import psutil

from shelfgraph.errors import SetupError

if TYPE_CHECKING:
    from pathlib import Path

_ORPHAN_TIMEOUT = 15.0


class DataFolder:
    """A data folder that one server at a time may use.

    The lock's descriptor is handed to the server (``descriptor`` goes into ``pass_fds``), so that the folder stays
    locked while the server lives, even where its supervisor was killed. Such an orphan is ended by the next ``claim``.

    Args:
        path: the folder; made when it is absent, readable by its owner only.
        free_bytes: what the disk must have left.
    """

    def __init__(self, path: Path, *, free_bytes: int) -> None:
        self.path = path
        self._free_bytes = free_bytes
        self._record = path / "server.json"
        self.descriptor: int | None = None

    def claim(self) -> None:
        """Make the folder and lock it, ending the server a killed supervisor left behind.

        Raises:
            SetupError: ``setup.folder_unusable``, ``setup.no_disk_space`` or ``setup.folder_locked``.
        """
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self.path / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise SetupError(
                "setup.folder_unusable",
                f"The folder {self.path} cannot be used: {error.strerror}.",
                help="Choose another folder with SHELFGRAPH_HOME.",
            ) from error
        if not _lock(descriptor) and not (self._end_orphan() and _lock(descriptor)):
            os.close(descriptor)
            raise SetupError(
                "setup.folder_locked",
                f"Another server already uses the folder {self.path}.",
                help="Stop it, or choose another folder with SHELFGRAPH_HOME.",
            )
        self.descriptor = descriptor
        try:
            self._require_space()
        except SetupError:
            self.release()
            raise

    def record(self, pid: int) -> None:
        """Note which process serves the folder, and for whom."""
        us, server = psutil.Process(), psutil.Process(pid)
        record = {
            "pid": pid,
            "started": server.create_time(),
            "supervisor": us.pid,
            "supervisor_started": us.create_time(),
        }
        write_private(self._record, json.dumps(record))

    def release(self) -> None:
        """Give the folder back; the server must have ended."""
        if self.descriptor is not None:
            self._record.unlink(missing_ok=True)
            os.close(self.descriptor)
            self.descriptor = None

    def _require_space(self) -> None:
        status = os.statvfs(self.path)
        free = status.f_bavail * status.f_frsize
        if free < self._free_bytes:
            raise SetupError(
                "setup.no_disk_space",
                f"The disk of {self.path} has {free >> 20} MB left, {self._free_bytes >> 20} MB are needed.",
                help="Free some space, or choose another disk with SHELFGRAPH_HOME.",
            )

    def _end_orphan(self) -> bool:
        """End the server whose supervisor is gone; False when there is none."""
        try:
            record: dict[str, Any] = json.loads(self._record.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        server = _process(record.get("pid"), record.get("started"))
        if server is None or _process(record.get("supervisor"), record.get("supervisor_started")) is not None:
            return False
        with contextlib.suppress(psutil.NoSuchProcess):
            server.terminate()
            try:
                server.wait(_ORPHAN_TIMEOUT)
            except psutil.TimeoutExpired:
                server.kill()
                server.wait(_ORPHAN_TIMEOUT)
        return True


def write_private(path: Path, content: str) -> None:
    """Write a file that only its owner may read, replacing what was there."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _process(pid: object, started: object) -> psutil.Process | None:
    """The running process of that id, if it is the one that started then (ids are used again)."""
    try:
        process = psutil.Process(pid if isinstance(pid, int) else -1)
        same = process.create_time() == started and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, ValueError):
        return None
    return process if same else None

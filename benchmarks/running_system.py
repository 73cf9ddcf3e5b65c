"""A whole Shelfgraph on an empty home and a free port, and what its processes take of the machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "benchmark-admin-key"
ROLES = {
    "arcadedb": "graph", "valkey": "broker", "gunicorn": "api", "-Q import": "worker_import",
    "-Q generate": "worker_generate", "-Q maintain": "worker_maintain", "weights._convert": "weights_conversion",
    "shelfgraph up": "up",
}  # fmt: skip
START_SECONDS = 180
SAMPLE_SECONDS = 0.5
IDLE_SHARE = 0.1  # of one core, all processes together, over IDLE_SECONDS
IDLE_SECONDS = 8.0  # longer than the pause between two sweeps


class Usage(threading.Thread):
    """Samples memory and processor time of every process of the system; a role may have several."""

    def __init__(self, root: psutil.Process) -> None:
        super().__init__(daemon=True)
        self._root = root
        self._ended = threading.Event()
        self._peaks: dict[int, int] = {}
        self._cpu: dict[int, float] = {}
        self._roles: dict[int, str] = {}

    def run(self) -> None:
        while not self._ended.wait(SAMPLE_SECONDS):
            self.sample()

    def sample(self) -> None:
        """Look at every process once."""
        try:
            processes = [self._root, *self._root.children(recursive=True)]
        except psutil.Error:  # the system has ended
            return
        for process in processes:
            try:
                times, memory, line = process.cpu_times(), process.memory_info().rss, " ".join(process.cmdline())
            except psutil.Error:
                continue
            pid = process.pid
            self._cpu[pid] = times.user + times.system
            self._peaks[pid] = max(self._peaks.get(pid, 0), memory)
            role = next((name for part, name in ROLES.items() if part in line), None)
            if role or pid not in self._roles:
                self._roles[pid] = role or "other"

    def stop(self) -> None:
        """Stop sampling."""
        self._ended.set()
        self.join()

    def peaks(self) -> list[tuple[str, int]]:
        """Role and peak resident bytes of each process, the largest of a role first."""
        found = sorted((self._roles[pid], -peak) for pid, peak in self._peaks.items())
        return [(role, -peak) for role, peak in found]

    def cpu(self) -> dict[str, float]:
        """Processor seconds by role, all processes of it together, since they began."""
        self.sample()
        found: dict[str, float] = {}
        for pid, seconds in self._cpu.items():
            found[self._roles[pid]] = found.get(self._roles[pid], 0.0) + seconds
        return found

    def wait_idle(self, limit: float = 900.0) -> float:
        """Seconds until nothing works in the background any more; the links between products are last."""
        start = time.perf_counter()
        while time.perf_counter() - start < limit:
            before = sum(self.cpu().values())
            time.sleep(IDLE_SECONDS)
            if sum(self.cpu().values()) - before < IDLE_SHARE * IDLE_SECONDS:
                break
        return time.perf_counter() - start


@contextmanager
def running_system() -> Iterator[tuple[httpx.Client, Usage]]:
    """`shelfgraph up` with a client of its API; everything is stopped and removed at the end."""
    port = _free_port()
    environment = {**os.environ, "SHELFGRAPH_API_KEY": KEY, "SHELFGRAPH_RATE_LIMIT": "1000000/minute"}
    # Tests set one thread for each model; here the machine is ours.
    environment.pop("OMP_NUM_THREADS", None)
    with tempfile.TemporaryDirectory() as home:
        up = [str(Path(sys.executable).parent / "shelfgraph"), "up", "--home", home, "--port", str(port)]
        system = subprocess.Popen(up, env=environment, stdout=subprocess.DEVNULL)
        usage = Usage(psutil.Process(system.pid))
        headers = {"Authorization": f"Bearer {KEY}"}
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60) as client:
                _wait_ready(client, system)
                usage.start()
                yield client, usage
                usage.stop()
        finally:
            system.send_signal(signal.SIGINT)
            system.wait(timeout=60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_ready(client: httpx.Client, system: subprocess.Popen[bytes]) -> None:
    start = time.perf_counter()
    while not _ready(client):
        if system.poll() is not None or time.perf_counter() - start > START_SECONDS:
            sys.exit("shelfgraph up did not become ready")
        time.sleep(0.25)
    print(f"start_seconds {time.perf_counter() - start:.1f} s", flush=True)


def _ready(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False

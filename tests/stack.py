"""`shelfgraph up` as a person runs it: real processes on a folder and a port of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
LEASE_SECONDS = 1200  # longer than any wait below: nothing that is waited for may wait for a lease to run out
MAIN = "from shelfgraph.cli import main; main()"
# Waits end when what is waited for is there; the seconds are for a machine that is busy with other things.
_READY_SECONDS = 300
_END_SECONDS = 120


class _Chat(BaseHTTPRequestHandler):
    """A chat completions server that answers at once and says nothing of use: what it says is checked away."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = json.dumps({"choices": [{"message": {"content": "So good!"}}] * asked.get("n", 1)}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@contextmanager
def generator_server() -> Iterator[str]:
    """An OpenAI-compatible server to generate with, so that no test waits for a model."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Chat) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()


class Stack:
    """One `up`; ``run`` runs any other command against it."""

    def __init__(self, home: Path, port: int, *, command: list[str] | None = None, **environment: str) -> None:
        self.home = home
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.output = home.with_suffix(".out")
        self._command = command or [sys.executable, "-c", MAIN, "up", "--home", str(home), "--port", str(port)]
        paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        self.environment = {
            **os.environ,
            "PYTHONPATH": paths,
            "SHELFGRAPH_HOME": str(home),
            "SHELFGRAPH_PORT": str(port),
            "SHELFGRAPH_DEVICE": "cpu",
            "SHELFGRAPH_LEASE_SECONDS": str(LEASE_SECONDS),
            "SHELFGRAPH_IMPORT_BATCH": "64",  # a small feed has many moments to be killed in
            "SHELFGRAPH_VERSION_WAIT": "60",
            "SHELFGRAPH_RATE_LIMIT": "100000/minute",  # tests look often
            "COLUMNS": "200",
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def lend(self, models: Path) -> None:
        """Let it use models that were converted before; without it a new folder begins with a conversion."""
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "models").symlink_to(models)

    def start(self) -> None:
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                self._command, env=self.environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )

    def wait_ready(self) -> None:
        self.wait_for("Ready at", _READY_SECONDS)

    def wait_for(self, words: str, seconds: float) -> None:
        assert self.process is not None
        deadline = time.monotonic() + seconds
        while words not in (said := self.said()):
            assert self.process.poll() is None, said
            assert time.monotonic() < deadline, f"{words!r} was not said within {seconds} s:\n{said}"
            time.sleep(0.1)

    def said(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")

    def processes(self) -> list[psutil.Process]:
        """Every process below `up`."""
        assert self.process is not None
        return psutil.Process(self.process.pid).children(recursive=True)

    def find(self, *words: str) -> list[psutil.Process]:
        """The processes whose command line has all these words, the parents first."""
        return [one for one in self.processes() if all(word in " ".join(one.cmdline()) for word in words)]

    def cpu_seconds(self) -> float:
        """What `up` and every process below it have computed: how long it takes where nothing else runs."""
        assert self.process is not None
        total = 0.0
        for one in (psutil.Process(self.process.pid), *self.processes()):
            with suppress(psutil.NoSuchProcess):
                times = one.cpu_times()
                total += times.user + times.system + times.children_user + times.children_system
        return total

    def interrupt(self) -> int:
        """Ctrl-C; the exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(_END_SECONDS)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            try:
                self.interrupt()
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def run(self, *arguments: str, stdin: bytes | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run `shelfgraph ARGUMENTS`."""
        done = subprocess.run(
            [sys.executable, "-c", MAIN, *arguments],
            env={**self.environment, **environment},
            input=stdin,
            capture_output=True,
            timeout=300,
            check=False,
        )
        return subprocess.CompletedProcess(arguments, done.returncode, done.stdout.decode(), done.stderr.decode())

    def json(self, *arguments: str, status: int = 0, **environment: str) -> Any:
        """Run a command with ``--json``; what it printed."""
        done = self.run(*arguments, "--json", **environment)
        assert done.returncode == status, done
        return json.loads(done.stdout)

    @property
    def key(self) -> str:
        return (self.home / "admin.key").read_text().strip()

    @contextmanager
    def api(self) -> Iterator[httpx.Client]:
        headers = {"Authorization": f"Bearer {self.key}"}
        with httpx.Client(base_url=self.url, headers=headers, timeout=120, trust_env=False) as api:
            yield api

    def wait_ended(self, path: str, seconds: float = 300) -> dict[str, Any]:
        """The import or job once it ended, whatever falls over meanwhile."""
        deadline = time.monotonic() + seconds
        with self.api() as api:
            while True:
                try:
                    found: dict[str, Any] = api.get(path).raise_for_status().json()
                except httpx.HTTPError:
                    found = {"state": "unknown"}
                if found["state"] not in {"accepted", "running", "unknown"}:
                    return found
                assert time.monotonic() < deadline, f"{path} is {found} after {seconds} s\n{self.said()}"
                time.sleep(0.1)

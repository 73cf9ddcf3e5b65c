"""Which processes make a Shelfgraph on one machine, and how each is told to run."""

from __future__ import annotations

import os
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import shelfgraph
from shelfgraph.broker import QUEUES, Queue
from shelfgraph.embedded import ArcadeDB, Valkey
from shelfgraph.supervisor.child import Child, tied

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from shelfgraph.embedded import EmbeddedServer
    from shelfgraph.settings import Settings
    from shelfgraph.supervisor.home import Home

    Echo = Callable[[str, str], None]

_API_THREADS: Final = 24


class _TiedArcadeDB(ArcadeDB):
    def _prepare(self) -> Sequence[str]:
        return tied(super()._prepare(), with_signal=signal.SIGTERM)


class _TiedValkey(Valkey):
    def _prepare(self) -> Sequence[str]:
        return tied(super()._prepare(), with_signal=signal.SIGTERM)


def servers(settings: Settings, home: Home) -> list[EmbeddedServer]:
    """The embedded servers that no address in the settings replaces, the slowest to start first."""
    wanted: list[EmbeddedServer] = []
    if not settings.graph_uri:
        wanted.append(_TiedArcadeDB(home.path / "graph", heap=settings.graph_heap))
    if not settings.broker_url:
        wanted.append(_TiedValkey(home.path / "broker"))
    return wanted


def environment(settings: Settings, home: Home, key: str, running: Sequence[EmbeddedServer]) -> dict[str, str]:
    """What the API and the workers find in their environment."""
    root = str(Path(shelfgraph.__file__).resolve().parent.parent)
    paths = [root, *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    made = {
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        "PYTHONUNBUFFERED": "1",
        "SHELFGRAPH_HOME": str(home.path),
        "SHELFGRAPH_HOST": settings.host,
        "SHELFGRAPH_PORT": str(settings.port),
        "SHELFGRAPH_API_KEY": key,
    }
    for server in running:
        made |= server.settings_env()
    return {**os.environ, **made}


def api(settings: Settings, home: Home, env: Mapping[str, str], echo: Echo | None) -> Child:
    """The API: one process, for each keeps an index of its own; threads share it."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    command = [
        *(sys.executable, "-m", "gunicorn", "shelfgraph.wiring:api()"),
        *("--bind", f"{host}:{settings.port}", "--worker-class", "gthread", "--workers", "1"),
        *("--threads", str(_API_THREADS), "--timeout", "120", "--graceful-timeout", "5", "--keep-alive", "15"),
        *("--no-control-socket", "--log-level", "warning"),
    ]
    return Child("The API", command, environment=env, log_path=home.logs / "api.log", echo=echo)


def worker(queue: Queue, home: Home, env: Mapping[str, str], echo: Echo | None) -> Child:
    """The worker of one queue; that of ``maintain`` also keeps the time."""
    command = [
        *(sys.executable, "-m", "celery", "--quiet", "-A", "shelfgraph.wiring:celery", "worker", "-Q", queue),
        *("-n", f"{queue}@{socket.gethostname()}", "-c", "1", "-P", "prefork"),
        *("--without-gossip", "--without-mingle"),
    ]
    if queue == "maintain":
        command += ["-B", "--scheduler", "celery.beat:Scheduler"]  # kept in memory: its file would be a pickle
    return Child(
        f"The {queue} worker",
        command,
        environment={**env, "SHELFGRAPH_PROCESS": f"worker-{queue}"},
        log_path=home.logs / f"worker-{queue}.log",
        stop_signal=signal.SIGQUIT,  # Celery: finish within the soft time-out, else hand the task back
        echo=echo,
    )


def workers(home: Home, env: Mapping[str, str], echo: Echo | None) -> list[Child]:
    """The worker of every queue."""
    return [worker(queue, home, env, echo) for queue in QUEUES]

"""The supervisor: start in order, watch, start again what ends, end everything."""

from __future__ import annotations

import contextlib
import json
import signal
import threading
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import httpx

from shelfgraph.errors import SetupError
from shelfgraph.supervisor import processes
from shelfgraph.supervisor.checks import require_port, require_weights
from shelfgraph.supervisor.child import Child, Restarts
from shelfgraph.supervisor.home import Home

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from shelfgraph.embedded import EmbeddedServer
    from shelfgraph.settings import Settings

    Tell = Callable[[str, str], None]

_SHOWN_LINES: Final = 8
_LOOK_SECONDS: Final = 0.2
_READY_SECONDS: Final = 180.0  # the first start converts weights
_STOP_SECONDS: Final = 8.0
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(slots=True)
class _Watched:
    """A process and what is known of its deaths; ``start_at`` is set while it waits to be started again."""

    process: Child | EmbeddedServer
    restarts: Restarts = field(default_factory=Restarts)
    start_at: float | None = None

    def status(self) -> int | None:
        if isinstance(self.process, Child):
            return self.process.poll()
        return None if self.process.process is None else self.process.process.poll()

    def pid(self) -> int | None:
        return None if self.process.process is None else self.process.process.pid

    def tail(self) -> str:
        return self.process.tail() if isinstance(self.process, Child) else self.process.log_tail()


class Supervisor:
    """Runs every process of Shelfgraph on one machine.

    Args:
        settings: what to run and where.
        tell: gets an event's name and its sentence, for the console.
        echo: gets the name of a process and each line it writes; None keeps them in the log files only.
    """

    def __init__(self, settings: Settings, *, tell: Tell, echo: Callable[[str, str], None] | None = None) -> None:
        self._settings = settings
        self._tell = tell
        self._echo = echo
        self._home = Home(settings.home_path)
        self._watched: list[_Watched] = []
        self._stopping = threading.Event()
        self._asked = 0

    @property
    def url(self) -> str:
        """Where the API listens."""
        host = "127.0.0.1" if self._settings.host in {"0.0.0.0", "::"} else self._settings.host  # noqa: S104 - compared, not bound
        return f"http://{f'[{host}]' if ':' in host else host}:{self._settings.port}"

    @property
    def home(self) -> Home:
        """Its data folder."""
        return self._home

    @property
    def stopping(self) -> bool:
        """Whether it was asked to end."""
        return self._stopping.is_set()

    def run(self, *, on_ready: Callable[[], None] = lambda: None) -> None:
        """Start everything, call ``on_ready`` in a thread when the API answers, and go on until a signal.

        Raises:
            SetupError: what stops it, in one sentence; everything that was started has ended by then.
        """
        before = {number: signal.signal(number, self._ask_to_stop) for number in _SIGNALS}
        try:
            with self._home.claim(url=self.url):
                try:
                    self._start()
                    if not self._stopping.is_set():
                        self._tell("ready", f"Ready at {self.url}")
                        threading.Thread(target=on_ready, name="on-ready", daemon=True).start()
                    while not self._stopping.wait(_LOOK_SECONDS):
                        self._look()
                finally:
                    self._end()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def stop(self) -> None:
        """Make `run` end."""
        self._stopping.set()

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._asked += 1
        self._stopping.set()

    def _start(self) -> None:
        settings, home = self._settings, self._home
        if leftovers := home.end_leftovers():
            self._tell("leftovers", f"Ended {leftovers} processes that an earlier, killed run left behind.")
        require_port(settings.host, settings.port)
        require_weights(settings)
        key = settings.api_key.get_secret_value() or home.bootstrap_key()
        servers = processes.servers(settings, home)
        for server in servers:
            self._tell("starting", f"Starting {_in_sentence(server.name)} …")
            self._watched.append(_Watched(server))
            server.start()
        self._note()
        for server in servers:
            _wait_for(server)
        environment = processes.environment(settings, home, key, servers)
        self._tell("starting", "Starting the API and the workers …")
        api = processes.api(settings, home, environment, self._echo)
        for child in (api, *processes.workers(home, environment, self._echo)):
            self._watched.append(_Watched(child))
            child.start()
        self._note()
        self._wait_ready(api, key)

    def _wait_ready(self, api: Child, key: str) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        headers = {"Authorization": f"Bearer {key}"}
        with httpx.Client(base_url=self.url, headers=headers, timeout=2.0, trust_env=False) as client:
            while not self._stopping.wait(_LOOK_SECONDS):
                if (status := api.poll()) is not None:
                    raise _gave_up(api.name, f"ended with status {status} while starting", api.tail(), api.log_path)
                self._look()
                try:
                    if client.get("/readyz").status_code == HTTPStatus.OK:
                        return
                except httpx.TransportError:
                    pass
                if time.monotonic() > deadline:
                    raise _gave_up(api.name, f"was not ready within {_READY_SECONDS:.0f} s", api.tail(), api.log_path)

    def _look(self) -> None:
        """Start again what ended."""
        for one in self._watched:
            now = time.monotonic()
            if one.start_at is not None and now >= one.start_at:
                one.start_at = None
                self._start_again(one)
            elif one.start_at is None and (status := one.status()) is not None:
                self._after_death(one, f"ended with status {status}")

    def _start_again(self, one: _Watched) -> None:
        try:
            one.process.start()
        except SetupError as error:
            self._after_death(one, f"could not be started again: {error}")
            return
        self._note()
        self._tell("restarted", f"Started {_in_sentence(one.process.name)} again.")

    def _after_death(self, one: _Watched, how: str) -> None:
        wait = one.restarts.died()
        name = one.process.name
        if wait is None:
            raise _gave_up(name, f"{how}, again and again", one.tail(), one.process.log_path)
        self._tell("ended", f"{name} {how}; starting it again in {wait:.1f} s.")
        if isinstance(one.process, Child):
            one.process.kill_group()  # what is left of its own children
        one.start_at = time.monotonic() + wait

    def _note(self) -> None:
        self._home.note_children([pid for one in self._watched if (pid := one.pid()) is not None])

    def _end(self) -> None:
        """End the children first and the servers they use after them; a second Ctrl-C ends them at once."""
        if self._watched:
            self._tell("stopping", "Stopping …")
        children = [one.process for one in self._watched if isinstance(one.process, Child)]
        for child in children:
            child.ask_to_stop()
        deadline = time.monotonic() + _STOP_SECONDS
        asked = self._asked
        while any(child.poll() is None for child in children) and time.monotonic() < deadline and self._asked <= asked:
            time.sleep(_LOOK_SECONDS / 4)
        for child in children:
            child.kill_group()
        for one in reversed(self._watched):
            if not isinstance(one.process, Child):
                one.process.stop()
        self._home.note_children([])


def _wait_for(server: EmbeddedServer) -> None:
    try:
        server.wait_ready()
    except SetupError as error:
        if error.code != server.died_code:
            raise
        # The log's last lines say it to a developer; the log is named, and this is one sentence.
        raise SetupError(
            error.code,
            f"{server.name} cannot start on its data folder {server.folder}.",
            help=f"{error.help} Restore a backup, or choose another folder with --home.",
        ) from error


def _in_sentence(name: str) -> str:
    return f"{name[0].lower()}{name[1:]}"


def _gave_up(name: str, how: str, tail: str, log: object) -> SetupError:
    for line in reversed(tail.splitlines()):
        with contextlib.suppress(ValueError, KeyError, TypeError):
            said = json.loads(line)
            if said["event"] == "cannot_start":  # it told why, with a code of its own
                return SetupError(said["code"], said["message"], help=f"{said['help']} ({name} could not start.)")
    last = "\n".join(tail.splitlines()[-_SHOWN_LINES:])
    return SetupError(
        "setup.child_failed",
        f"{name} {how}.",
        help=f"Its log is {log}." + (f" Its last lines:\n{last}" if last else ""),
    )

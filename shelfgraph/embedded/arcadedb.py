"""The embedded graph: ArcadeDB from the wheel ``arcadedb-embedded`` with the JRE it brings, speaking Bolt."""

from __future__ import annotations

import importlib.util
import re
import secrets
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import httpx

from shelfgraph.embedded.folder import write_private
from shelfgraph.embedded.server import EmbeddedServer, reserve_port
from shelfgraph.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Sequence

_DATABASE = "neo4j"
_FREE_BYTES = 512 * 2**20
_OUT_OF_HEAP_STATUS = 3
# Protocols we do not speak and the bridge of the in-process Python API.
_UNUSED_JARS = ("mcp", "postgresw", "redisw", "graphql", "console", "python-bridge")
_JVM_OPTIONS = (
    "-Xms64m",
    "-XX:+ExitOnOutOfMemoryError",
    "--add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED",
    "--add-opens=java.base/java.nio.channels.spi=ALL-UNNAMED",
    "--add-opens=java.base/java.lang=ALL-UNNAMED",
    "--add-modules=jdk.incubator.vector",
    "--enable-native-access=ALL-UNNAMED",
    "-Djava.awt.headless=true",
    "-Dfile.encoding=UTF8",
)


class ArcadeDB(EmbeddedServer):
    """The embedded graph server.

    The password is in no process list: it goes through an argument file that only its owner may read, and the server
    forgets it at the next start (users are made anew each time).

    Args:
        folder: its data.
        heap: of the JVM, such as ``1g``.
        bolt_port: 0 takes a free one at the first start.
        http_port: the same; readiness and index DDL go there.
        password: letters and digits; empty makes one.
    """

    name: ClassVar[str] = "The graph server"
    died_code: ClassVar[str] = "setup.graph_died"

    def __init__(
        self, folder: Path, *, heap: str = "1g", bolt_port: int = 0, http_port: int = 0, password: str = ""
    ) -> None:
        super().__init__(folder, free_bytes=_FREE_BYTES)
        if password and not re.fullmatch(r"[A-Za-z0-9_-]{8,}", password):  # : , ; [ ] { } have a meaning there
            raise ValueError("the password of the embedded graph is 8 or more letters, digits, - and _")
        self.heap = heap
        self.bolt_port = bolt_port
        self.http_port = http_port
        self._password = password or secrets.token_hex(16)

    @property
    def http_url(self) -> str:
        """Where its HTTP endpoint is."""
        return f"http://127.0.0.1:{self.http_port}"

    def settings_env(self) -> dict[str, str]:
        """``SHELFGRAPH_GRAPH_URI`` and what belongs to it."""
        return {
            "SHELFGRAPH_GRAPH_URI": f"bolt://127.0.0.1:{self.bolt_port}",
            "SHELFGRAPH_GRAPH_USER": _DATABASE,
            "SHELFGRAPH_GRAPH_PASSWORD": self._password,
            "SHELFGRAPH_GRAPH_DATABASE": _DATABASE,
            "SHELFGRAPH_GRAPH_HTTP_URL": self.http_url,
        }

    def _prepare(self) -> Sequence[str]:
        package = _package_folder()
        jars = [
            str(jar)
            for jar in sorted((package / "jars").glob("*.jar"))
            if not any(jar.name.startswith(f"arcadedb-{unused}") for unused in _UNUSED_JARS)
        ]
        java = package / "jre" / "bin" / "java"
        if not jars or not java.exists():
            raise _incomplete()
        self.bolt_port = reserve_port(self.bolt_port)
        self.http_port = reserve_port(self.http_port)
        # Users are kept across starts, with the password of the first: without the file they are made anew.
        (self.folder / "config" / "server-users.jsonl").unlink(missing_ok=True)
        options = [
            f"-Xmx{self.heap}",
            *_JVM_OPTIONS,
            *(f"-Darcadedb.{name}={value}" for name, value in self._server_options().items()),
            "-cp",
            ":".join(jars),
            "com.arcadedb.server.ArcadeDBServer",
        ]
        arguments = self.folder / "java.args"
        write_private(arguments, "".join(f"{_quoted(option)}\n" for option in options))
        return [str(java), f"@{arguments}"]

    def _server_options(self) -> dict[str, str | int]:
        return {
            "server.rootPath": str(self.folder),
            "server.databaseDirectory": str(self.folder / "databases"),
            "server.logsDirectory": str(self.folder / "log"),
            "server.mode": "development",  # production hides why a statement failed
            "server.rootPassword": self._password,
            "server.defaultDatabases": f"{_DATABASE}[{_DATABASE}:{self._password}:admin]",
            "server.plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
            "bolt.host": "127.0.0.1",
            "bolt.port": self.bolt_port,
            "bolt.defaultDatabase": _DATABASE,
            "server.httpIncomingHost": "127.0.0.1",
            "server.httpIncomingPort": self.http_port,
            "txWalFlush": 1,  # a commit is on disk before it is acknowledged
            "serverMetrics": "false",
            "bolt.maxMessageSize": 134_217_728,
            "command.timeout": 120_000,
        }

    def _is_ready(self) -> bool:
        # Never Bolt: it opens before its user exists, and five failed log-ins lock the user for 30 s.
        try:
            response = httpx.get(f"{self.http_url}/api/v1/ready", timeout=2.0, trust_env=False)
        except httpx.TransportError:
            return False
        return response.status_code == HTTPStatus.NO_CONTENT

    def _explain(self, log: str) -> str:
        if "OutOfMemoryError" in log:
            return f"Its heap of {self.heap} was not enough: raise SHELFGRAPH_GRAPH_HEAP."
        if "No space left" in log:
            return f"The disk of {self.folder} is full: free some space."
        return f"The whole log is {self.log_path}; its data is {self.folder / 'databases'}."


def _package_folder() -> Path:
    # Located, not imported: the import would start a JVM in this process.
    spec = importlib.util.find_spec("arcadedb_embedded")
    if spec is None or spec.origin is None:
        raise _incomplete()
    return Path(spec.origin).parent


def _incomplete() -> SetupError:
    return SetupError(
        "setup.install_incomplete",
        "The embedded graph (arcadedb-embedded) is not installed completely.",
        help="Install again with `make install`, or point SHELFGRAPH_GRAPH_URI at a Neo4j.",
    )


def _quoted(option: str) -> str:
    escaped = option.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

"""The connection to the graph: managed transactions with retries, and errors as ours."""

from __future__ import annotations

import random
import time
from contextlib import contextmanager, suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import httpx
import neo4j
from neo4j.exceptions import (
    AuthError,
    ConstraintError,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
)

from kg.graph.statements import statement
from kg.graph.write_lock import WriteLock
from shelfgraph.errors import GraphError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from shelfgraph.clock import Clock
    from shelfgraph.settings import Settings

Engine = Literal["neo4j", "arcadedb"]
Row = dict[str, Any]
Result = TypeVar("Result")

_PATIENCE_SECONDS = 20.0  # longer than the embedded graph takes to come back after a crash
_DRIVER_RETRY_SECONDS = 1.0  # conflicts pass sooner; for a graph that went away the driver's pauses grow too long
_POLL_SECONDS = 0.2
_RACE_RETRIES = 50


class Transaction:
    """A transaction that runs statements by name."""

    def __init__(self, transaction: neo4j.ManagedTransaction) -> None:
        self._transaction = transaction

    def rows(self, name: str, /, *, relation: str = "", label: str = "", **parameters: Any) -> list[Row]:  # noqa: ANN401 - a Cypher parameter is any JSON
        """Run ``cypher/{name}.cypher``; its rows."""
        text = statement(name, relation=relation, label=label)
        return [
            dict(zip(record.keys(), record.values(), strict=True)) for record in self._transaction.run(text, parameters)
        ]

    def row(self, name: str, /, **parameters: Any) -> Row | None:  # noqa: ANN401 - as above
        """Run a statement that answers one row or none."""
        rows = self.rows(name, **parameters)
        return rows[0] if rows else None


class GraphSession:
    """What the areas of the graph share.

    Two write locks, so that accepting a job never waits for a batch of products: ``catalogue`` for products, facts,
    reviews and the texts that rest on them, ``work`` for imports, jobs, keys and counters.

    Not to be carried over a fork: connect in each process.
    """

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self._driver = neo4j.GraphDatabase.driver(
            settings.graph_uri,
            auth=(settings.graph_user, settings.graph_password.get_secret_value()),
            initial_retry_delay=0.02,  # the driver's second is far longer than any of our conflicts
            max_transaction_retry_time=_DRIVER_RETRY_SECONDS,
            connection_timeout=10.0,
            connection_acquisition_timeout=30.0,
            notifications_min_severity="OFF",  # a label nobody has yet is no news
            user_agent="shelfgraph",
        )
        self._was_let_in = False
        # Only ArcadeDB has an HTTP endpoint that we use, so nobody need be asked which engine it is.
        self.engine: Engine = "arcadedb" if settings.graph_http_url else "neo4j"
        self.catalogue = WriteLock(self._lock_file("catalogue"))
        self.work = WriteLock(self._lock_file("work"))

    def read(self, work: Callable[[Transaction], Result]) -> Result:
        """Run ``work`` in a read transaction; it is done again when the connection fails."""

        def attempt() -> Result:
            with self._session() as session:
                return session.execute_read(lambda transaction: work(Transaction(transaction)))

        return self._patiently(attempt)

    def write(self, work: Callable[[Transaction], Result], *, lock: WriteLock) -> Result:
        """Run ``work`` in a write transaction; it is done again on conflicts, so it must be repeatable."""

        def attempt() -> Result:
            with lock.held(), self._session() as session:
                return session.execute_write(lambda transaction: work(Transaction(transaction)))

        return self._patiently(attempt)

    def rows(self, name: str, /, **parameters: Any) -> list[Row]:  # noqa: ANN401 - a Cypher parameter is any JSON
        """The rows of one reading statement."""
        return self.read(lambda transaction: transaction.rows(name, **parameters))

    def row(self, name: str, /, **parameters: Any) -> Row | None:  # noqa: ANN401 - as above
        """The row of one reading statement, or None."""
        return self.read(lambda transaction: transaction.row(name, **parameters))

    def change(self, name: str, /, *, lock: WriteLock, **parameters: Any) -> list[Row]:  # noqa: ANN401 - as above
        """The rows of one writing statement in a transaction of its own."""
        return self.write(lambda transaction: transaction.rows(name, **parameters), lock=lock)

    def execute_schema(self, text: str) -> None:
        """Run a schema statement, which allows no other beside it in its transaction."""

        def attempt() -> None:
            with self._session() as session:
                session.run(text).consume()

        self._patiently(attempt)

    def answers(self) -> bool:
        """Whether the graph answers now, without waiting for it to come back."""
        try:
            with self._session() as session:
                session.run("RETURN 1").consume()
        except (DriverError, Neo4jError):
            return False
        return True

    def agent(self) -> str:
        """What the server says it is."""
        return self._patiently(lambda: str(self._driver.get_server_info().agent))

    def close(self) -> None:
        """Close every connection."""
        self._driver.close()

    def _patiently(self, attempt: Callable[[], Result]) -> Result:
        """Try until it works, or is refused for good, or a graph that went away has not come back in time."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        races = 0
        with _translated():
            while True:
                try:
                    result = attempt()
                except ConstraintError:
                    # Two processes merged one key; the second time it is there.
                    races += 1
                    if races > _RACE_RETRIES:
                        raise
                    time.sleep(random.uniform(0.005, 0.02) * min(races, 10))
                except (ServiceUnavailable, SessionExpired, TransientError, AuthError) as error:
                    # The embedded graph opens its port before it has made its users: after a crash, a refusal of a
                    # password that was right before means that it is not there yet.
                    if isinstance(error, AuthError) and not self._was_let_in:
                        raise
                    if not self._returns(deadline):
                        raise
                else:
                    self._was_let_in = True
                    return result

    def _returns(self, deadline: float) -> bool:
        """Wait until the graph may answer again; False when the time is up."""
        while time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
            if self.engine == "neo4j":
                return True
            with suppress(httpx.TransportError):
                answer = httpx.get(f"{self.settings.graph_http_url}/api/v1/ready", timeout=2.0, trust_env=False)
                if answer.status_code == HTTPStatus.NO_CONTENT:
                    return True
        return False

    def _session(self) -> neo4j.Session:
        return self._driver.session(database=self.settings.graph_database)

    def _lock_file(self, name: str) -> Path | None:
        if self.engine == "neo4j":
            return None
        home = self.settings.home_path
        home.mkdir(parents=True, exist_ok=True)
        return home / f"graph-{name}.lock"


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except AuthError as error:
        raise GraphError(
            "graph.access_denied",
            "The graph refused our user or password.",
            help="Check SHELFGRAPH_GRAPH_USER and SHELFGRAPH_GRAPH_PASSWORD.",
        ) from error
    except (ServiceUnavailable, SessionExpired, TransientError) as error:
        raise GraphError(
            "graph.unavailable", "The graph does not answer.", help="Try again in a moment.", retry_after=2
        ) from error
    except (DriverError, Neo4jError) as error:
        raise GraphError(
            "graph.statement_failed",
            f"The graph did not carry out a statement: {type(error).__name__}.",
            help="Try again; if it stays so, its log says more.",
        ) from error

"""The door to the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.graph.changes import Changes
from kg.graph.counters import SEQUENCE, SEQUENCE_STRIDE, next_value
from kg.graph.imports import Imports
from kg.graph.jobs import Jobs
from kg.graph.keys import Keys
from kg.graph.products import Products
from kg.graph.related import Related
from kg.graph.reviews import Reviews
from kg.graph.schema import ensure_schema
from kg.graph.session import GraphSession
from kg.graph.statistics import statistics
from kg.graph.texts import Texts
from shelfgraph.clock import SystemClock

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from kg.graph.session import Engine
    from shelfgraph.clock import Clock
    from shelfgraph.settings import Settings


class ProductGraph:
    """The graph by its areas.

    They are ``products``, ``reviews``, ``imports``, ``jobs``, ``texts``, ``keys``, ``changes`` and ``related``.
    Threads may share one; a process made by a fork needs its own. Every method raises ``GraphError``
    (``graph.unavailable``, ``graph.access_denied``, ``graph.statement_failed``) where the graph fails.
    """

    def __init__(self, session: GraphSession) -> None:
        self._session = session
        self.products = Products(session)
        self.reviews = Reviews(session)
        self.imports = Imports(session)
        self.jobs = Jobs(session)
        self.texts = Texts(session)
        self.keys = Keys(session)
        self.changes = Changes(session)
        self.related = Related(session)

    @classmethod
    def connect(cls, settings: Settings, *, clock: Clock | None = None) -> ProductGraph:
        """A graph at ``settings.graph_uri``; connections are made when they are needed."""
        return cls(GraphSession(settings, clock or SystemClock()))

    @property
    def engine(self) -> Engine:
        """Which engine it is."""
        return self._session.engine

    def ensure_schema(self) -> None:
        """Make what of the schema is not there yet."""
        ensure_schema(self._session)

    def ready(self) -> bool:
        """Whether the graph answers now."""
        return self._session.answers()

    def next_sequence(self) -> int:
        """A sequence for one pushed row: above every row accepted before, below every row accepted later."""

        def work(transaction: Any) -> int:  # noqa: ANN401 - a Transaction, private to this package
            return next_value(transaction, SEQUENCE) * SEQUENCE_STRIDE

        return self._session.write(work, lock=self._session.work)

    def statistics(self) -> dict[str, Any]:
        """Counts of products, reviews, entities, facts, links, and of imports, jobs and texts by state."""
        return statistics(self._session)

    def wipe(self) -> None:
        """Delete everything but the schema, for tests and demonstrations."""
        while self._session.change("delete_some", lock=self._session.catalogue, limit=2_000)[0]["total"]:
            pass

    def close(self) -> None:
        """Close every connection."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

"""The schema: uniqueness constraints common to both engines, index DDL from one file per engine."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import httpx

from kg.graph.counters import CATALOGUE_VERSION, SEQUENCE, stamp
from kg.graph.statements import schema_statements
from shelfgraph.errors import GraphError, SetupError

if TYPE_CHECKING:
    from kg.graph.session import GraphSession


def ensure_schema(session: GraphSession) -> None:
    """Make what of the schema is not there yet; safe to repeat.

    Raises:
        SetupError: ``setup.graph_http_url_missing``: an ArcadeDB whose HTTP endpoint we do not know.
        GraphError: the graph does not answer or refused a statement.
    """
    if session.engine == "neo4j" and "ArcadeDB" in session.agent():
        raise SetupError(
            "setup.graph_http_url_missing",
            "The graph is an ArcadeDB, whose index statements go over HTTP.",
            help="Set SHELFGRAPH_GRAPH_HTTP_URL to its HTTP endpoint.",
        )
    if session.engine == "arcadedb":
        _run_sql(session)
    for text in schema_statements("schema_constraints.cypher"):
        session.execute_schema(text)
    if session.engine == "neo4j":
        for text in schema_statements("schema_indexes_neo4j.cypher"):
            session.execute_schema(text)
    for name in (CATALOGUE_VERSION, SEQUENCE):
        session.change("lock_counter", lock=session.work, name=name, stamp=stamp())


def _run_sql(session: GraphSession) -> None:
    settings = session.settings
    script = ";\n".join(schema_statements("schema_indexes_arcadedb.sql"))
    try:
        response = httpx.post(
            f"{settings.graph_http_url}/api/v1/command/{settings.graph_database}",
            json={"language": "sqlscript", "command": script},
            auth=(settings.graph_user, settings.graph_password.get_secret_value()),
            timeout=60.0,
            trust_env=False,
        )
    except httpx.TransportError as error:
        raise GraphError("graph.unavailable", "The graph does not answer over HTTP.", retry_after=2) from error
    if response.status_code != HTTPStatus.OK:
        raise GraphError(
            "graph.statement_failed",
            f"The graph refused its schema with status {response.status_code}.",
            answer=response.text[:500],
        )

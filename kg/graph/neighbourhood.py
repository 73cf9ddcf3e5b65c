"""The part of the graph to draw around a product."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.graph.records import NeighbourEdge, Neighbourhood, NeighbourNode
from kg.ontology import LABELS

if TYPE_CHECKING:
    from kg.graph.session import GraphSession, Row, Transaction

_SHARED_ENTITY_DEGREE = 50  # other products are drawn beside entities that are rarer than that


class _Drawing:
    """Nodes and edges, each once, up to a number of nodes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._nodes: dict[str, NeighbourNode] = {}
        self._edges: dict[tuple[str, str, str, str | None], NeighbourEdge] = {}

    def node(self, label: str, key: str, name: str) -> str | None:
        """The id of a node, or None where the drawing is full."""
        identifier = f"{label}:{key}"
        if identifier not in self._nodes:
            if len(self._nodes) >= self._limit:
                return None
            self._nodes[identifier] = NeighbourNode(identifier, label, name)
        return identifier

    def edge(self, source: str | None, target: str | None, row: Row) -> None:
        if source is None or target is None:
            return
        relation = row["relation"]
        self._edges[source, target, relation, row.get("fact_id")] = NeighbourEdge(
            source, target, relation, row.get("polarity"), row.get("state"), row.get("fact_id")
        )

    def finished(self) -> Neighbourhood:
        return Neighbourhood(tuple(self._nodes.values()), tuple(self._edges.values()))


def neighbourhood(session: GraphSession, product_id: str, limit: int) -> Neighbourhood:
    """Facts, variants, links, and other products through shared entities, up to ``limit`` nodes."""

    def work(transaction: Transaction) -> Neighbourhood:
        centre = transaction.row("read_product_title", product_id=product_id)
        if centre is None:
            return Neighbourhood((), ())
        drawing = _Drawing(limit)
        here = drawing.node("Product", product_id, centre["title"])
        for row in transaction.rows("read_product_entities", product_id=product_id):
            drawing.edge(here, drawing.node(LABELS[row["relation"]], row["key"], row["name"]), row)
        for row in transaction.rows("read_neighbour_products", product_id=product_id):
            other = drawing.node("Product", row["product_id"], row["title"])
            drawing.edge(*((here, other) if row["outgoing"] else (other, here)), row)
        sharing = transaction.rows(
            "read_sharing_edges", product_id=product_id, degree=_SHARED_ENTITY_DEGREE, limit=limit
        )
        for row in sharing:
            entity = drawing.node(LABELS[row["relation"]], row["key"], row["name"])
            drawing.edge(drawing.node("Product", row["product_id"], row["title"]), entity, row)
        return drawing.finished()

    return session.read(work)

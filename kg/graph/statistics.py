"""Figures about the graph, for metrics and the status command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.graph.counters import CATALOGUE_VERSION
from kg.ontology import DERIVED_RELATIONS, ENTITY_LABELS, RELATIONS

if TYPE_CHECKING:
    from kg.graph.session import GraphSession, Transaction


def statistics(session: GraphSession) -> dict[str, Any]:
    """Counts; the embedded engine scans for some of them (0.4 s at 2,500 products), so ask now and then only.

    Returns:
        ``catalogue_version``; ``products`` (live), ``reviews``; ``entities`` by label, ``facts`` and ``links`` by
        relation (closed facts included); ``imports``, ``jobs`` and ``texts`` by state.
    """

    def work(transaction: Transaction) -> dict[str, Any]:
        counter = transaction.row("read_counter", name=CATALOGUE_VERSION)
        products = transaction.row("count_products")
        reviews = transaction.row("count_reviews")
        entities = {label: transaction.rows("count_entities", label=label)[0]["total"] for label in ENTITY_LABELS}
        edges = {
            relation: transaction.rows("count_relationships", relation=relation)[0]["total"]
            for relation in (*RELATIONS, *DERIVED_RELATIONS)
        }
        return {
            "catalogue_version": counter["value"] if counter else 0,
            "products": products["total"] if products else 0,
            "reviews": reviews["total"] if reviews else 0,
            "entities": entities,
            "facts": {relation: edges[relation] for relation in RELATIONS},
            "links": {relation: edges[relation] for relation in DERIVED_RELATIONS},
            **{
                noun: {row["state"]: row["total"] for row in transaction.rows(f"count_{noun}_by_state")}
                for noun in ("imports", "jobs", "texts")
            },
        }

    return session.read(work)

"""Paths through the graph that explain why two products are related, ready to be drawn and read."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.graph import Link, SharedEntity
    from kg.model import Product

_SHOWN: int = 6


class PathNode(TypedDict):
    """A node; ``id`` is ``Label:key`` as in a neighbourhood."""

    id: str
    label: str
    name: str


class PathEdge(TypedDict):
    """An edge between two nodes of the path."""

    source: str
    target: str
    relation: str
    polarity: str | None


class Path(TypedDict):
    """One reason: the nodes and edges that connect the two, in words, and the evidence where a text says it."""

    nodes: list[PathNode]
    edges: list[PathEdge]
    text: str
    evidence: dict[str, Any] | None


def product_node(product: Product) -> PathNode:
    """The node of a product."""
    return {"id": f"Product:{product.product_id}", "label": "Product", "name": product.title}


def variant_path(product: Product, other: Product) -> Path:
    """Two of one variant group."""
    differing = [
        f"{name} {theirs or '–'} instead of {ours or '–'}"
        for name in ("color", "size", "material")
        if (ours := getattr(product, name)) != (theirs := getattr(other, name))
    ]
    text = f"variants of one product ({product.item_group_id})"
    return _path(product, other, "VARIANT_OF", ": ".join([text, ", ".join(differing)]) if differing else text)


def link_path(product: Product, other: Product, link: Link) -> Path:
    """A link that one of the two products' texts states."""
    here, there = product_node(product), product_node(other)
    outgoing = link.source_id == product.product_id
    source, target = (here, there) if outgoing else (there, here)
    edge: PathEdge = {"source": source["id"], "target": target["id"], "relation": link.relation, "polarity": None}
    evidence = None
    if link.evidence is not None:
        evidence = {**asdict(link.evidence), "product_id": link.source_id}
    return {"nodes": [here, there], "edges": [edge], "text": link.reason, "evidence": evidence}


def shared_paths(product: Product, other: Product, shared: Sequence[SharedEntity]) -> list[Path]:
    """What both products state, the rarest first."""
    here, there = product_node(product), product_node(other)
    paths: list[Path] = []
    for entity in shared[:_SHOWN]:
        node: PathNode = {"id": f"{entity.label}:{entity.key}", "label": entity.label, "name": entity.name}
        edges: list[PathEdge] = [
            {"source": end["id"], "target": node["id"], "relation": entity.relation, "polarity": entity.polarity}
            for end in (here, there)
        ]
        words = f"both{' not' if entity.polarity == 'negated' else ''}: {entity.relation} {entity.name}"
        paths.append({"nodes": [here, node, there], "edges": edges, "text": words, "evidence": None})
    return paths


def substitute_path(product: Product, other: Product) -> Path:
    """The same kind of product of another brand."""
    kind = other.product_type[-1] if other.product_type else "the same kind"
    brands = f"{other.brand or 'no brand'} instead of {product.brand or 'no brand'}"
    return _path(product, other, "SUBSTITUTE_FOR", f"both are {kind}; {brands}")


def _path(product: Product, other: Product, relation: str, text: str) -> Path:
    here, there = product_node(product), product_node(other)
    edge: PathEdge = {"source": there["id"], "target": here["id"], "relation": relation, "polarity": None}
    return {"nodes": [here, there], "edges": [edge], "text": text, "evidence": None}

"""What relates products in the graph: shared entities, variant groups, derived links."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from kg.graph.counters import stamp
from kg.graph.records import Link, ProductName, SharedEntities, SharedEntity
from kg.graph.rows import dump, load
from kg.model import Evidence
from kg.ontology import LABELS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kg.graph.session import GraphSession, Transaction

_EXPANSION_LIMIT = 10_000  # relationships looked at for one product; entities nearly all products have say nothing
_NAMES_PAGE = 1_000


class Related:
    """Relations between products."""

    def __init__(self, session: GraphSession) -> None:
        self._session = session

    def shared(self, product_id: str, *, limit: int = 200) -> list[SharedEntities]:
        """The products that share most with a product, weighted by how rare what they share is.

        Entities are expanded from the rarest on until about 10,000 relationships are looked at.
        """

        def work(transaction: Transaction) -> list[SharedEntities]:
            entities = _rare(transaction.rows("read_product_entities", product_id=product_id))
            if not entities:
                return []
            rows = transaction.rows("read_sharing_products", product_id=product_id, fact_ids=list(entities))
            return _grouped(rows, entities)[:limit]

        return self._session.read(work)

    def variants(self, product_id: str) -> list[str]:
        """The other products of its variant group, in the order of their ids."""
        return [row["product_id"] for row in self._session.rows("read_variants", product_id=product_id)]

    def links(self, product_id: str) -> list[Link]:
        """The derived relations a product has, in both directions, the best first."""
        return [_link(row) for row in self._session.rows("read_links", product_id=product_id)]

    def replace_links(self, product_ids: Sequence[str], links: Sequence[Link]) -> None:
        """Replace the links whose source is one of the products; the catalogue version stays.

        Links to or from products that are gone are passed over.
        """
        sources = sorted(set(product_ids))
        rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for link in links:
            if link.source_id not in sources or link.source_id == link.target_id:
                raise ValueError("a link starts at one of the products whose links are replaced, and ends elsewhere")
            rows[link.relation].append({**asdict(link), "evidence": dump(link.evidence) if link.evidence else None})

        def work(transaction: Transaction) -> None:
            transaction.rows("delete_links_from", ids=sources, stamp=stamp())
            for relation in sorted(rows):
                transaction.rows("create_links", relation=relation, rows=rows[relation])

        self._session.write(work, lock=self._session.catalogue)

    def names(self) -> Iterator[ProductName]:
        """Every product's title, brand, group and models, in the order of their ids."""
        after = ""
        while True:
            rows = self._session.rows("page_product_names", after=after, limit=_NAMES_PAGE)
            for row in rows:
                yield ProductName(**{**row, "models": tuple(sorted(row["models"]))})
            if len(rows) < _NAMES_PAGE:
                return
            after = rows[-1]["product_id"]


def _rare(rows: Sequence[Mapping[str, Any]]) -> dict[str, SharedEntity]:
    """The product's entities by the id of the fact that leads there, the rarest first, within the limit."""
    kept: dict[str, SharedEntity] = {}
    looked_at = 0
    for row in sorted(rows, key=lambda row: (row["degree"], row["fact_id"])):
        looked_at += row["degree"]
        if looked_at > _EXPANSION_LIMIT and kept:
            break
        if row["degree"] > 1:
            relation = row["relation"]
            kept[row["fact_id"]] = SharedEntity(
                relation, LABELS[relation], row["key"], row["name"], row["degree"], row["polarity"]
            )
    return kept


def _grouped(rows: Sequence[Mapping[str, Any]], entities: Mapping[str, SharedEntity]) -> list[SharedEntities]:
    shared: dict[str, dict[str, SharedEntity]] = defaultdict(dict)
    same_group: dict[str, bool] = {}
    for row in rows:
        shared[row["product_id"]][row["fact_id"]] = entities[row["fact_id"]]
        same_group[row["product_id"]] = bool(row["same_group"])
    scores = {one: sum(1 / math.log1p(entity.degree) for entity in found.values()) for one, found in shared.items()}
    return [
        SharedEntities(
            product_id,
            tuple(sorted(shared[product_id].values(), key=lambda one: (one.degree, one.relation, one.key))),
            same_group[product_id],
        )
        for product_id in sorted(shared, key=lambda one: (-scores[one], one))
    ]


def _link(row: Mapping[str, Any]) -> Link:
    evidence = load(row["evidence"])
    return Link(**{**row, "evidence": Evidence(**evidence) if evidence else None})

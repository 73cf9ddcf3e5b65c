"""Writing a batch of products: one transaction, older rows never win, and what no longer holds is retracted."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kg.graph.checkpoint import write_checkpoint
from kg.graph.counters import bump_version, lock_version
from kg.graph.fact_diff import diff_facts
from kg.graph.records import WriteReceipt
from kg.graph.retraction import Retraction, retract
from kg.graph.rows import embedding_property, entity_properties, fact_properties, index_key, product_properties
from kg.ontology import LABELS
from shelfgraph.clock import isoformat
from shelfgraph.errors import GraphError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kg.graph.fact_diff import FactDiff
    from kg.graph.records import ProductWrite
    from kg.graph.session import GraphSession, Row, Transaction
    from kg.graph.work_records import ImportCheckpoint
    from kg.model import Fact
    from kg.ontology import Relation


@dataclass(slots=True)
class _Plan:
    """What a batch comes to, given what the graph holds."""

    changed: list[ProductWrite] = field(default_factory=list)
    confirmed: list[ProductWrite] = field(default_factory=list)  # newer rows that say what is there already
    superseded: list[str] = field(default_factory=list)
    diffs: dict[str, FactDiff] = field(default_factory=dict)


def write_products(
    session: GraphSession, batch: Sequence[ProductWrite], checkpoint: ImportCheckpoint | None
) -> WriteReceipt:
    """Write products, facts and checkpoint; see ``Products.write``."""

    def work(transaction: Transaction) -> WriteReceipt:
        now = isoformat(session.clock.now_ms())
        version = lock_version(transaction)
        plan = _plan(transaction, batch)
        stale: tuple[str, ...] = ()
        if plan.changed:
            version = bump_version(transaction)
            transaction.rows("upsert_products", rows=[_product_row(write, version, now) for write in plan.changed])
            _write_facts(transaction, plan.diffs, now)
            stale = retract(transaction, _retractions(plan.diffs), now)
        if plan.confirmed:
            rows = [{"product_id": write.product.product_id, "sequence": write.sequence} for write in plan.confirmed]
            transaction.rows("confirm_products", rows=rows)
        if checkpoint is not None:
            write_checkpoint(transaction, checkpoint, version=version, now=now)
        written = tuple(write.product.product_id for write in plan.changed)
        return WriteReceipt(version, written, tuple(plan.superseded), stale)

    return session.write(work, lock=session.catalogue)


def _plan(transaction: Transaction, batch: Sequence[ProductWrite]) -> _Plan:
    plan = _Plan()
    last: dict[str, ProductWrite] = {}
    for write in batch:
        earlier = last.get(write.product.product_id)
        if earlier is not None and earlier.sequence >= write.sequence:
            plan.superseded.append(write.product.product_id)
            continue
        if earlier is not None:
            plan.superseded.append(write.product.product_id)
        last[write.product.product_id] = write
    states = {row["product_id"]: row for row in transaction.rows("read_product_states", ids=list(last))}
    newer = [write for write in last.values() if _is_newer(write, states.get(write.product.product_id), plan)]
    _require_same_text(newer, states)
    known = [
        write.product.product_id for write in newer if write.facts is not None and write.product.product_id in states
    ]
    stored = _open_facts(transaction, known)
    for write in newer:
        product_id = write.product.product_id
        diff = diff_facts(stored.get(product_id, {}), write.facts) if write.facts is not None else None
        if diff:
            plan.diffs[product_id] = diff
        if diff or _differs(write, states.get(product_id)):
            plan.changed.append(write)
        else:
            plan.confirmed.append(write)
    return plan


def _is_newer(write: ProductWrite, state: Row | None, plan: _Plan) -> bool:
    if state is None or write.sequence > state["sequence"]:
        return True
    if write.sequence < state["sequence"]:
        plan.superseded.append(write.product.product_id)
    return False  # an equal sequence is this very row, delivered again


def _require_same_text(writes: Sequence[ProductWrite], states: dict[str, Row]) -> None:
    """Refuse to keep facts that were read from another text: somebody wrote it since our caller looked."""
    for write in writes:
        state = states.get(write.product.product_id)
        if write.facts is None and state and not state["deleted"] and state["content_hash"] != write.content_hash:
            raise GraphError(
                "graph.changed_meanwhile",
                f"The product {write.product.product_id} was changed by somebody else meanwhile.",
                help="Read it and write it again.",
            )


def _differs(write: ProductWrite, state: Row | None) -> bool:
    return (
        state is None
        or state["deleted"]
        or state["content_hash"] != write.content_hash
        or state["offer_hash"] != write.offer_hash
        or (write.embedding is not None and state["embedding_model"] != write.embedding_model)
    )


def _open_facts(transaction: Transaction, ids: Sequence[str]) -> dict[str, dict[str, Row]]:
    facts: dict[str, dict[str, Row]] = defaultdict(dict)
    if ids:
        for row in transaction.rows("read_open_facts", ids=list(ids)):
            facts[row["product_id"]][row["fact_id"]] = row
    return facts


def _product_row(write: ProductWrite, version: int, now: str) -> Row:
    properties: dict[str, Any] = {
        **product_properties(write.product),
        "sequence": write.sequence,
        "version": version,
        "content_hash": write.content_hash,
        "offer_hash": write.offer_hash,
        "deleted": False,
        "updated_at": now,
    }
    if write.embedding is not None:
        properties["embedding"] = embedding_property(write.embedding)
        properties["embedding_model"] = write.embedding_model
    return {"product_id": write.product.product_id, "properties": properties}


def _write_facts(transaction: Transaction, diffs: dict[str, FactDiff], now: str) -> None:
    closed = [{"product_id": product_id, "fact_ids": diff.closed} for product_id, diff in diffs.items() if diff.closed]
    if closed:
        transaction.rows("close_facts", rows=closed, now=now)
    updated = [
        {"product_id": fact.product_id, "fact_id": fact.fact_id, "properties": fact_properties(fact)}
        for diff in diffs.values()
        for fact in diff.updated
    ]
    if updated:
        transaction.rows("update_facts", rows=updated)
    _open(transaction, (fact for diff in diffs.values() for fact in diff.opened), now)


def _open(transaction: Transaction, facts: Iterable[Fact], now: str) -> None:
    entities: dict[str, dict[str, Row]] = defaultdict(dict)
    opened: dict[Relation, list[Row]] = defaultdict(list)
    for fact in facts:
        entities[LABELS[fact.relation]].setdefault(fact.entity.key, entity_properties(fact.entity))
        row = {
            "product_id": fact.product_id,
            "key": index_key(fact.entity.key),
            "properties": {**fact_properties(fact), "valid_from": now, "valid_to": ""},
        }
        opened[fact.relation].append(row)
    # Sorted: every transaction takes the locks of shared entities in the same order.
    for label in sorted(entities):
        rows = [entities[label][key] for key in sorted(entities[label])]
        transaction.rows("merge_entities", label=label, rows=rows)
    for relation in sorted(opened):
        rows = sorted(opened[relation], key=lambda row: (row["key"], row["product_id"]))
        transaction.rows("open_facts", relation=relation, label=LABELS[relation], rows=rows)


def _retractions(diffs: dict[str, FactDiff]) -> list[Retraction]:
    return [
        Retraction(product_id, tuple(diff.retracted), "A fact it rests on no longer holds or is contested.")
        for product_id, diff in diffs.items()
        if diff.retracted
    ]

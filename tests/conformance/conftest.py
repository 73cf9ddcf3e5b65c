"""A small shop in an empty graph, once on each engine."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from kg.graph import ProductWrite, ReviewWrite
from kg.model import Claim, Entity, Evidence, Fact, Part, Product, Review, Text, fact_id
from kg.ontology import LABELS
from shelfgraph.identifiers import new_id

if TYPE_CHECKING:
    from kg.graph import ProductGraph, WriteReceipt
    from kg.model import FactState, Polarity
    from kg.ontology import Relation


@dataclass
class Shop:
    """Writes products, reviews and texts in short."""

    graph: ProductGraph
    sequence: int = field(default=10)

    def next(self) -> int:
        self.sequence += 10
        return self.sequence

    def fact(
        self,
        product_id: str,
        relation: Relation = "MATERIAL",
        value: str = "steel",
        *,
        polarity: Polarity = "affirmed",
        state: FactState = "open",
        text: str | None = None,
        **fields: Any,
    ) -> Fact:
        evidence = Evidence(
            source="text", field="title", start=0, end=5, text=text or value, extractor="test-1", confidence=0.5
        )
        return Fact(
            fact_id=fact_id(product_id, relation, polarity, value),
            product_id=product_id,
            relation=relation,
            polarity=polarity,
            entity=Entity(LABELS[relation], value, value.title(), fields.pop("quantity", None)),
            confidence=0.5,
            state=state,
            evidence=(evidence,),
            **fields,
        )

    def row(self, product_id: str, *facts: Fact, sequence: int | None = None, **fields: Any) -> ProductWrite:
        product = Product(product_id=product_id, **{"title": f"Product {product_id}", **fields})
        digest = hashlib.sha256(repr(product).encode()).hexdigest()
        return ProductWrite(
            product=product,
            sequence=self.next() if sequence is None else sequence,
            content_hash=digest,
            offer_hash=repr(product.price),
            facts=facts,
        )

    def put(self, product_id: str, *facts: Fact, **fields: Any) -> WriteReceipt:
        return self.graph.products.write([self.row(product_id, *facts, **fields)])

    def review(self, review_id: str, product_id: str, body: str = "Good.", **fields: Any) -> ReviewWrite:
        sequence = fields.pop("sequence", None) or self.next()
        review = Review(review_id=review_id, product_id=product_id, body=body, **fields)
        return ReviewWrite(review, sequence, hashlib.sha256(repr(review).encode()).hexdigest())

    def text(self, product_id: str, *fact_ids: str, reviews: tuple[str, ...] = (), **fields: Any) -> Text:
        part = Part(
            kind="headline",
            text="Steel that lasts",
            origin="model",
            claims=(Claim(0, 5, "supported", fact_ids),),
            review_ids=reviews,
        )
        return Text(
            **{
                "text_id": new_id("txt"),
                "kind": "ad_copy",
                "product_id": product_id,
                "language": "en",
                "parts": (part,),
                **fields,
            }
        )

    def publish(self, product_id: str, *fact_ids: str, reviews: tuple[str, ...] = ()) -> str:
        """Store a text through a job; its id."""
        text = self.text(product_id, *fact_ids, reviews=reviews)
        job = self.graph.jobs.accept("ad_copy", {"product_id": product_id})
        assert self.graph.jobs.claim(job.job_id, "w", 60) is not None
        assert self.graph.jobs.succeed(job.job_id, [text], "w")
        return text.text_id

    def state_of(self, text_id: str) -> str:
        text = self.graph.texts.get(text_id)
        assert text is not None
        return text.state


@pytest.fixture
def shop(any_graph: ProductGraph) -> Shop:
    return Shop(any_graph)

"""The catalogue's one way into the graph, shared by imports and by pushes of a single product."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from kg.catalog import content_hash, offer_hash, review_hash
from kg.facts import read_facts
from kg.graph import ImportCheckpoint, ProductState, ProductWrite, ReviewWrite
from shelfgraph.errors import GraphError

if TYPE_CHECKING:
    from kg.embedding import Embedders
    from kg.extraction import Extractor
    from kg.graph import ProductGraph, ReviewReceipt, WriteReceipt
    from kg.model import Product, Review

CheckpointOf = Callable[[int, int], ImportCheckpoint]
"""Makes a batch's checkpoint from how many of its rows changed and how many did not."""


@dataclass(frozen=True, slots=True)
class SequencedProduct:
    """An accepted row; a row with a lower ``sequence`` never overwrites one with a higher."""

    sequence: int
    product: Product


@dataclass(frozen=True, slots=True)
class SequencedReview:
    """An accepted review row, ordered as products are."""

    sequence: int
    review: Review


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """What a batch did: ``changed`` holds product ids, ``unchanged`` counts rows."""

    changed: tuple[str, ...]
    unchanged: int
    receipt: WriteReceipt


@dataclass(frozen=True, slots=True)
class _PreparedBatch:
    writes: tuple[ProductWrite, ...]
    unchanged: int
    checkpoint: ImportCheckpoint | None


def _in_background(
    pool: ThreadPoolExecutor, items: Iterable[_PreparedBatch], work: Callable[[_PreparedBatch], BatchOutcome]
) -> Iterator[BatchOutcome]:
    """Work on one item while the next is being made; order is kept and a failure stops the making."""
    pending: deque[Future[BatchOutcome]] = deque()
    for item in items:
        if pending:
            yield pending.popleft().result()
        pending.append(pool.submit(work, item))
    while pending:
        yield pending.popleft().result()


class CatalogWriter:
    """Reads facts from changed products, embeds them, and commits batch by batch.

    Args:
        graph: where it commits.
        load_extractor: called once, when the first product arrives: a process that only deletes loads no model.
        embedders: one embedder per language.
        announce: told the catalogue version after each commit that made one.
    """

    def __init__(
        self,
        graph: ProductGraph,
        *,
        load_extractor: Callable[[], Extractor],
        embedders: Embedders,
        announce: Callable[[int], None] = lambda _version: None,
    ) -> None:
        self._graph = graph
        self._load_extractor = load_extractor
        self._embedders = embedders
        self._announce = announce

    @cached_property
    def _extractor(self) -> Extractor:
        return self._load_extractor()

    def write(self, rows: Sequence[SequencedProduct], *, checkpoint_of: CheckpointOf | None = None) -> BatchOutcome:
        """Write one batch; no product may be in it twice.

        Raises:
            GraphError: the graph does not answer; nothing of the batch is written.
        """
        try:
            return self._commit(self._prepare(rows, checkpoint_of))
        except GraphError as error:
            if error.code != "graph.changed_meanwhile":
                raise
            # Another writer changed a text between our look and our write: look again.
            return self._commit(self._prepare(rows, checkpoint_of))

    def write_stream(
        self, batches: Iterable[tuple[Sequence[SequencedProduct], CheckpointOf]]
    ) -> Iterator[BatchOutcome]:
        """Write batches in order, each committed while the next is read and embedded.

        No product may be in two batches of one stream. Stopping early leaves what was committed with its checkpoint.
        """
        prepared = (self._prepare(rows, checkpoint_of) for rows, checkpoint_of in batches)
        with ThreadPoolExecutor(1, thread_name_prefix="commit") as pool:
            yield from _in_background(pool, prepared, self._commit)

    def delete(
        self, product_ids: Sequence[str], *, sequence: int, checkpoint: ImportCheckpoint | None = None
    ) -> WriteReceipt:
        """Remove products, their facts, reviews and index rows; texts about them become stale."""
        receipt = self._graph.products.delete(product_ids, sequence=sequence, checkpoint=checkpoint)
        self._announce(receipt.version)
        return receipt

    def write_reviews(
        self,
        rows: Sequence[SequencedReview],
        *,
        checkpoint: ImportCheckpoint | Callable[[ReviewReceipt], ImportCheckpoint] | None = None,
    ) -> ReviewReceipt:
        """Write one batch of reviews; those of unknown products are named in the receipt and not written.

        A checkpoint that counts what became of the rows is made of the receipt, in the same transaction.
        """
        writes = [
            ReviewWrite(review=row.review, sequence=row.sequence, review_hash=review_hash(row.review)) for row in rows
        ]
        receipt = self._graph.reviews.write(writes, checkpoint=checkpoint)
        self._announce(receipt.version)
        return receipt

    def _prepare(self, rows: Sequence[SequencedProduct], checkpoint_of: CheckpointOf | None) -> _PreparedBatch:
        products = [row.product for row in rows]
        states = self._graph.products.states([product.product_id for product in products])
        hashes = {product.product_id: (self._text_hash(product), offer_hash(product)) for product in products}
        reread = [product for product in products if _text_changed(product, states, hashes)]
        facts = dict(zip((one.product_id for one in reread), read_facts(reread, self._extractor), strict=True))
        vectors = dict(zip((one.product_id for one in reread), self._embedders.embed_products(reread), strict=True))
        writes = []
        for row in rows:
            product_id = row.product.product_id
            vector, model = vectors.get(product_id, (None, ""))
            writes.append(
                ProductWrite(
                    product=row.product,
                    sequence=row.sequence,
                    content_hash=hashes[product_id][0],
                    offer_hash=hashes[product_id][1],
                    facts=facts.get(product_id),
                    embedding=vector,
                    embedding_model=model,
                )
            )
        unchanged = sum(_same(row, states, hashes) for row in rows)
        checkpoint = checkpoint_of(len(rows) - unchanged, unchanged) if checkpoint_of else None
        return _PreparedBatch(tuple(writes), unchanged, checkpoint)

    def _commit(self, batch: _PreparedBatch) -> BatchOutcome:
        # Unchanged rows go along: the newest word on a product must win over older rows still to come.
        receipt = self._graph.products.write(batch.writes, checkpoint=batch.checkpoint)
        if receipt.written:
            self._announce(receipt.version)
        return BatchOutcome(receipt.written, batch.unchanged, receipt)

    def _text_hash(self, product: Product) -> str:
        """Changes with what is read from a product and with who reads it, so a new model reads everything again."""
        readers = f"{self._extractor.version}|{self._embedders.name_for(product.language)}"
        return hashlib.blake2b(f"{content_hash(product)}|{readers}".encode(), digest_size=16).hexdigest()


_Hashes = dict[str, tuple[str, str]]


def _text_changed(product: Product, states: dict[str, ProductState], hashes: _Hashes) -> bool:
    state = states.get(product.product_id)
    return state is None or state.deleted or state.content_hash != hashes[product.product_id][0]


def _same(row: SequencedProduct, states: dict[str, ProductState], hashes: _Hashes) -> bool:
    state = states.get(row.product.product_id)
    if state is not None and state.sequence >= row.sequence:
        return True  # a newer row, or this very row, is already there
    changed = _text_changed(row.product, states, hashes)
    return state is not None and not changed and state.offer_hash == hashes[row.product.product_id][1]

"""The catalogue's one way into the graph, shared by imports and by pushes of a single product."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

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
class _ReadBatch:
    """A batch whose facts are read: ``reread`` are the products that still need a vector, by their place in it."""

    writes: tuple[ProductWrite, ...]
    reread: Mapping[int, Product]
    unchanged: int
    checkpoint: ImportCheckpoint | None


_Item = TypeVar("_Item")
_Made = TypeVar("_Made")


def _in_background(
    pool: ThreadPoolExecutor, items: Iterable[_Item], work: Callable[[_Item], _Made], *, waiting: int = 0
) -> Iterator[_Made]:
    """Work on one item while the next is being made, in order.

    Where the making fails, what was made before is still worked on; where the work fails, nothing after it is.

    Args:
        pool: of one thread.
        items: made in the thread of the caller.
        work: what is done with each.
        waiting: how many items may be in line behind the one worked on. They are worked on even when that one fails,
            so only work without effects may have a line.
    """
    pending: deque[Future[_Made]] = deque()
    making, failure = iter(items), None
    while True:
        try:
            item = next(making)
        except StopIteration:
            break
        except Exception as error:  # noqa: BLE001 - raised below, behind what was made before
            failure = error
            break
        if len(pending) > waiting:
            yield pending.popleft().result()
        pending.append(pool.submit(work, item))
    while pending:
        yield pending.popleft().result()
    if failure is not None:
        raise failure


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
            return self._commit(self._embed(self._read(rows, checkpoint_of)))
        except GraphError as error:
            if error.code != "graph.changed_meanwhile":
                raise
            # Another writer changed a text between our look and our write: look again.
            return self._commit(self._embed(self._read(rows, checkpoint_of)))

    def write_stream(
        self, batches: Iterable[tuple[Sequence[SequencedProduct], CheckpointOf]]
    ) -> Iterator[BatchOutcome]:
        """Write batches in order; while one is read, the one before is embedded and the one before that committed.

        No product may be in two batches of one stream. Stopping early leaves what was committed with its checkpoint;
        where reading fails, the batches before are committed.
        """
        read = (self._read(rows, checkpoint_of) for rows, checkpoint_of in batches)
        with (
            ThreadPoolExecutor(1, thread_name_prefix="embed") as embedding,
            ThreadPoolExecutor(1, thread_name_prefix="commit") as committing,
        ):
            embedded = _in_background(embedding, read, self._embed, waiting=1)
            yield from _in_background(committing, embedded, self._commit)

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

    def _read(self, rows: Sequence[SequencedProduct], checkpoint_of: CheckpointOf | None) -> _ReadBatch:
        products = [row.product for row in rows]
        states = self._graph.products.states([product.product_id for product in products])
        hashes = {product.product_id: (self._text_hash(product), offer_hash(product)) for product in products}
        reread = {place: one for place, one in enumerate(products) if _text_changed(one, states, hashes)}
        facts = dict(zip(reread, read_facts([*reread.values()], self._extractor), strict=True))
        writes = tuple(
            ProductWrite(
                product=row.product,
                sequence=row.sequence,
                content_hash=hashes[row.product.product_id][0],
                offer_hash=hashes[row.product.product_id][1],
                facts=facts.get(place),
                embedding=None,
                embedding_model="",
            )
            for place, row in enumerate(rows)
        )
        unchanged = sum(_same(row, states, hashes) for row in rows)
        checkpoint = checkpoint_of(len(rows) - unchanged, unchanged) if checkpoint_of else None
        return _ReadBatch(writes, reread, unchanged, checkpoint)

    def _embed(self, batch: _ReadBatch) -> _ReadBatch:
        writes = list(batch.writes)
        vectors = self._embedders.embed_products([*batch.reread.values()])
        for place, (vector, model) in zip(batch.reread, vectors, strict=True):
            writes[place] = replace(writes[place], embedding=vector, embedding_model=model)
        return replace(batch, writes=tuple(writes), reread={})

    def _commit(self, batch: _ReadBatch) -> BatchOutcome:
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

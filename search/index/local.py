"""The index inside a process: words in tantivy, vectors in usearch, the rest in numpy. It follows the graph."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from search.index import snapshots
from search.index.answering import answer, browse, filter_mask
from search.index.candidates import Finder
from search.index.lexical import LexicalIndex
from search.index.rows import document_of, row_of
from search.index.table import Table
from search.index.vectors import VectorIndex
from search.index.vocabulary import IndexVocabulary
from shelfgraph.errors import SetupError
from shelfgraph.logs import get_logger

if TYPE_CHECKING:
    from kg.embedding import Embedder, Embedders
    from kg.graph import ChangeBatch, ChangedProduct
    from search.query import Query, SearchResult, Vocabulary
    from search.ranking import Method

_log = get_logger(__name__)


class ProductIndex(Protocol):
    """What searches products; any number of threads search while one applies changes."""

    @property
    def version(self) -> int:
        """The catalogue version whose every change is visible."""

    @property
    def vocabulary(self) -> Vocabulary:
        """What the index knows that helps to read a query."""

    @property
    def count(self) -> int:
        """How many products there are."""

    def apply(self, batch: ChangeBatch) -> int:
        """Make the changes visible; answers how many products changed. Changes applied before change nothing."""

    def search(self, query: Query) -> SearchResult:
        """Answer a query."""

    def save(self, folder: Path) -> None:
        """Keep a snapshot in the folder."""

    def load(self, folder: Path) -> bool:
        """Take the place of what is there with the newest sound snapshot; False and empty where there is none."""

    def close(self) -> None:
        """Give files and threads back."""


class LocalIndex:
    """See `ProductIndex`.

    Args:
        embedders: what embeds queries; None searches by words only.
        folder: where the live files lie, in a folder of their own that goes with the index; default: temporary.
        method: how signals are fused; the others are there to be measured.
    """

    def __init__(
        self, embedders: Embedders | None = None, *, folder: Path | None = None, method: Method = "weighted"
    ) -> None:
        self._embedders = embedders
        self._method: Method = method
        self._writing = threading.Lock()
        self._state = _State(_live_folder(folder))
        self._warned: set[str] = set()

    @property
    def version(self) -> int:
        """The catalogue version whose every change is visible."""
        return self._state.version

    @property
    def count(self) -> int:
        """How many products there are."""
        return self._state.table.count

    @property
    def vocabulary(self) -> Vocabulary:
        """What the index knows that helps to read a query."""
        return IndexVocabulary(self._state.table, self._state.lexical)

    def apply(self, batch: ChangeBatch) -> int:
        """Make the changes visible; answers how many products changed."""
        with self._writing:
            return self._state.apply(batch)

    def search(self, query: Query) -> SearchResult:
        """Answer a query.

        Raises:
            InvalidRequestError: ``search.cursor_invalid``.
        """
        state = self._state
        version = state.version
        filters = (*query.filters, *query.understood_filters)
        if not query.wanted:
            mask = filter_mask(state.table, filters)
            return answer(state.table, query, mask, browse(state.table, mask), version=version)
        finder = Finder(state.table, state.lexical, state.vectors, self._method)
        mask = filter_mask(state.table, filters)
        found = finder.find(query, mask, filtered=bool(filters), embedder=self._embedder(query, state))
        return answer(state.table, query, mask, found, version=version)

    def rank_by(self, method: Method) -> None:
        """Fuse signals in another way, to measure it."""
        self._method = method

    def save(self, folder: Path) -> None:
        """Keep a snapshot in the folder; others there are replaced."""
        with self._writing:
            snapshots.save(folder, self._state.contents())

    def load(self, folder: Path) -> bool:
        """Take the newest sound snapshot in the folder; False and empty where there is none."""
        with self._writing:
            folder.mkdir(parents=True, exist_ok=True)
            live = _live_folder(folder)
            contents = snapshots.load(folder, live)
            old, self._state = self._state, _State(live, contents)
            old.close()
            return contents is not None

    def reset(self, folder: Path | None = None) -> None:
        """Be empty again, at version 0."""
        with self._writing:
            old, self._state = self._state, _State(_live_folder(folder))
            old.close()

    def close(self) -> None:
        """Give files and threads back."""
        with self._writing:
            self._state.close()

    def _embedder(self, query: Query, state: _State) -> Embedder | None:
        """The embedder of the query's language, or of English where nothing was embedded by the former."""
        if self._embedders is None or not state.vectors:
            return None
        for language in dict.fromkeys((query.language, "en", "zh")):
            try:
                embedder = self._embedders.for_language(language)
            except SetupError as error:
                if error.code not in self._warned:
                    self._warned.add(error.code)
                    _log.warning("searching by words only", code=error.code, reason=str(error))
                continue
            if (vectors := state.vectors.get(embedder.name)) is not None and vectors.count:
                return embedder
        return None


class _State:
    """Everything that a snapshot replaces at once."""

    def __init__(self, live: Path, contents: snapshots.Contents | None = None) -> None:
        self.live = live
        self.table = contents.table if contents else Table()
        self.vectors = dict(contents.vectors) if contents else {}
        self.version = contents.version if contents else 0
        self.lexical = LexicalIndex(live / "lexical")
        self._remove_live = weakref.finalize(self, shutil.rmtree, live, ignore_errors=True)

    def contents(self) -> snapshots.Contents:
        return snapshots.Contents(self.version, self.table, self.vectors, self.lexical.folder)

    def close(self) -> None:
        self._remove_live()

    def apply(self, batch: ChangeBatch) -> int:
        changes = [changed for changed in batch.products if self._is_news(changed)]
        for changed in changes:
            self._number(changed)
        gone = [changed for changed in changes if changed.deleted or changed.product is None]
        there = [changed for changed in changes if not changed.deleted and changed.product is not None]
        self._apply_vectors(there)
        self.lexical.put([
            (self._number(changed), document_of(changed, changed.product)) for changed in there if changed.product
        ])  # fmt: skip
        self.lexical.remove([self._number(changed) for changed in gone])
        for changed in there:
            if changed.product:
                self.table.put(self._number(changed), row_of(changed, changed.product))
        for changed in gone:
            self.table.remove(self._number(changed), changed.version)
        for index in self.vectors.values():
            index.remove([self._number(changed) for changed in gone])
        if changes:
            self.lexical.commit()
        # A page that is not the last completes only the versions below that of its last product.
        complete = batch.version if batch.next_after is None else batch.products[-1].version - 1
        self.version = max(self.version, complete)
        return len(changes)

    def _is_news(self, changed: ChangedProduct) -> bool:
        number = self.table.row_of.get(changed.product_id)
        return number is None or int(self.table.versions[number]) < changed.version

    def _number(self, changed: ChangedProduct) -> int:
        return self.table.row_number(changed.product_id)

    def _apply_vectors(self, there: list[ChangedProduct]) -> None:
        by_model: dict[str, list[ChangedProduct]] = {}
        for changed in there:
            if changed.embedding is not None and len(changed.embedding) and changed.embedding_model:
                by_model.setdefault(changed.embedding_model, []).append(changed)
        for model, members in by_model.items():
            vectors = np.array([changed.embedding for changed in members], dtype=np.float32)
            if model not in self.vectors:
                self.vectors = {**self.vectors, model: VectorIndex(vectors.shape[1])}
            self.vectors[model].put([self._number(changed) for changed in members], vectors)
        for model, index in self.vectors.items():  # a product has the vector of one model
            index.remove([self._number(changed) for changed in there if changed.embedding_model != model])


def _live_folder(parent: Path | None) -> Path:
    """A folder for live files; those of processes that ended without removing theirs go."""
    if parent is None:
        return Path(tempfile.mkdtemp(prefix="shelfgraph-index-"))
    parent.mkdir(parents=True, exist_ok=True)
    for left in parent.glob("live-*"):
        owner = left.name.split("-")[1]
        if owner.isdigit() and not Path("/proc", owner).exists() and Path("/proc").exists():
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"live-{os.getpid()}-", dir=parent))

"""The inverted index: tantivy, one document for each row, BM25 over a catch-all field and boosted fields."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import tantivy
from tantivy import Occur

from search.index import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

# Measured on benchmarks/search_quality.py: one field with everything ranks better than a sum of all fields, and a
# little of the title, the brand and the type on top ranks best.
BOOSTS: Final[Mapping[str, float]] = {"all": 1.0, "title": 0.3, "brand": 0.5, "type": 0.2, "facts": 0.2}
_JOINED_BOOST: Final = 1.5
_WRITER_BYTES: Final = 48_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The texts of a product; ``body`` is all that is read beside the title."""

    title: str
    brand: str = ""
    types: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mentions:
    """Rows that deny a thing, that name it in the title, and that name it anywhere (denials too)."""

    denied: NDArray[np.int64]
    titled: NDArray[np.int64]
    named: NDArray[np.int64]


class LexicalIndex:
    """Documents by row number. One thread writes; any number read, each the last commit.

    Args:
        folder: where the index lives; made if need be.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._schema = _schema()
        self._index = tantivy.Index(self._schema, path=str(folder))
        self._index.register_tokenizer(text.STEMMED, text.stemming())
        self._index.register_tokenizer(text.PLAIN, text.plain())
        self._index.config_reader("manual")
        self._writer = self._index.writer(_WRITER_BYTES, 1)
        self._words: tuple[int, list[str], NDArray[np.int64]] | None = None
        self._words_lock = threading.Lock()
        self._generation = 0
        self._searcher = self._reload()

    @property
    def count(self) -> int:
        """How many documents there are."""
        return int(self._searcher.num_docs)

    def put(self, documents: Iterable[tuple[int, Document]]) -> None:
        """Add documents, or replace those of the same rows; visible after `commit`."""
        documents = list(documents)
        self.remove([row for row, _ in documents])
        for row, document in documents:
            self._writer.add_document(_document(row, document))

    def remove(self, rows: Sequence[int]) -> None:
        """Take documents out; visible after `commit`."""
        if rows:
            self._writer.delete_documents_by_query(tantivy.Query.term_set_query(self._schema, "row", list(rows)))

    def commit(self) -> None:
        """Make what was written visible to readers."""
        self._writer.commit()
        self._searcher = self._reload()
        self._generation += 1

    def close(self) -> None:
        """End the writer, so that the folder can be removed."""
        self._writer.wait_merging_threads()

    def search(
        self, wanted: str, limit: int, *, within: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Rows and scores of the best ``limit`` documents for a text, of the rows ``within`` where given."""
        query = self._wanted(wanted)
        if query is None:
            return np.empty(0, dtype=np.int64), np.empty(0)
        if within is not None:
            among = tantivy.Query.const_score_query(self._among(within), 0.0)
            query = tantivy.Query.boolean_query([(Occur.Must, query), (Occur.Must, among)])
        return self._run(query, limit)

    def by_id(self, identifier: str) -> NDArray[np.int64]:
        """Rows of the products with this id or article number, whatever its case."""
        found = tantivy.Query.term_query(self._schema, "ids", _identifier(identifier))
        return self._run(found, 100)[0]

    def mentions(self, phrase: str, rows: NDArray[np.int64]) -> Mentions:
        """Which of the rows deny a thing, name it in the title, and name it anywhere.

        Args:
            phrase: the thing: "lid", "mesh liner"; its last word decides.
            rows: where to look.
        """
        found = text.query_terms(phrase)
        if not found or not len(rows):
            none = np.empty(0, dtype=np.int64)
            return Mentions(none, none, none)
        head, among = found[-1], self._among(rows)

        def those(*queries: tantivy.Query) -> NDArray[np.int64]:
            either = tantivy.Query.boolean_query([(Occur.Should, query) for query in queries])
            return self._run(tantivy.Query.boolean_query([(Occur.Must, among), (Occur.Must, either)]), len(rows))[0]

        denials = [*self._denials(head)] if head.isascii() else [*self._han_denials(phrase)]
        title = tantivy.Query.term_query(self._schema, "title", head)
        anywhere = tantivy.Query.term_query(self._schema, "all", head)
        return Mentions(those(*denials), those(title), those(anywhere))

    def knows(self, word: str) -> bool:
        """Whether any document has the word, a form of it, or its two parts side by side."""
        lower = word.lower()
        return (
            any(self._searcher.doc_freq("all", term) for term in text.terms(word))
            or bool(self._searcher.doc_freq("joined", lower))
            or bool(self._searcher.doc_freq("ids", _identifier(word)))
        )

    def nearest(self, word: str) -> str | None:
        """The word of a title, brand or type that is one or two slips away, the commonest of the nearest."""
        from rapidfuzz import process  # noqa: PLC0415 - most queries are spelt right
        from rapidfuzz.distance import OSA  # noqa: PLC0415 - as above

        known, counts = self._spelling()
        slips = 1 if len(word) < 7 else 2  # noqa: PLR2004 - two slips in a short word make another word
        found = process.extract(word.lower(), known, scorer=OSA.distance, score_cutoff=slips, limit=20)
        # two slips are believed where the first letter is right: "vinpositine", but not "gireatick" for "firestick"
        found = [one for one in found if one[1] < 2 or one[0][0] == word[0].lower()]  # noqa: PLR2004 - slips
        best = min(found, key=lambda one: (one[1], one[0][0] != word[0].lower(), -counts[one[2]]), default=None)
        return best[0] if best else None

    def _spelling(self) -> tuple[list[str], NDArray[np.int64]]:
        """Words and how many documents have each; read again when a tenth of the index may be new."""
        with self._words_lock:
            if self._words is None or abs(self.count - self._words[0]) * 10 > self._words[0]:
                pairs = [pair for pair in self._searcher.terms_with_prefix("words", "") if len(pair[0]) > 2]  # noqa: PLR2004
                self._words = (
                    self.count,
                    [word for word, _ in pairs],
                    np.array([count for _, count in pairs], dtype=np.int64),
                )
            return self._words[1], self._words[2]

    def _wanted(self, wanted: str) -> tantivy.Query | None:
        clauses = []
        for term in text.query_terms(wanted):
            fields = [
                tantivy.Query.boost_query(tantivy.Query.term_query(self._schema, field, term, "freq"), boost)
                for field, boost in BOOSTS.items()
            ]
            clauses += [(Occur.Should, field) for field in fields]
        words = [word for word in text.words(wanted) if word.isascii() and word.isalpha()]
        pairs = [left + right for left, right in pairwise(words)]
        for word in dict.fromkeys(words):
            if not self._searcher.doc_freq("all", text.terms(word)[0]):
                joined = tantivy.Query.term_query(self._schema, "joined", word, "freq")
                clauses.append((Occur.Should, tantivy.Query.boost_query(joined, _JOINED_BOOST)))
        for pair in dict.fromkeys(pairs):
            if (terms := text.terms(pair)) and self._searcher.doc_freq("title", terms[0]):
                clauses.append((Occur.Should, tantivy.Query.term_query(self._schema, "title", terms[0], "freq")))
        return tantivy.Query.boolean_query(clauses) if clauses else None

    def _denials(self, head: str) -> Iterable[tantivy.Query]:
        """Phrases that deny a thing: without X, no X, not X, X free, X not included, X sold separately."""
        phrases: tuple[tuple[list[str | tuple[int, str]], int], ...] = (
            (["without", head], 3), (["no", head], 2), (["not", head], 3), (["free", "of", head], 1),
            (["non", head], 0), ([head, "free"], 0), ([head, "less"], 0), ([head, "not", "includ"], 1),
            ([head, "sold", "separ"], 1),
        )  # fmt: skip
        for words, slop in phrases:
            yield tantivy.Query.phrase_query(self._schema, "all", words, slop)

    def _han_denials(self, phrase: str) -> Iterable[tantivy.Query]:
        for denial in ("不含", "无", "不带", "没有", "未含"):
            pairs = [*text.stemming().analyze(text.prepare(denial + phrase))]
            if len(pairs) > 1:
                yield tantivy.Query.phrase_query(self._schema, "all", [*pairs], 0)
            elif pairs:
                yield tantivy.Query.term_query(self._schema, "all", pairs[0])

    def _among(self, rows: NDArray[np.int64]) -> tantivy.Query:
        return tantivy.Query.term_set_query(self._schema, "row", rows.tolist())

    def _run(self, query: tantivy.Query, limit: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        searcher = self._searcher
        hits = searcher.search(query, max(limit, 1), count=False).hits
        rows = searcher.fast_field_values("row", [address for _, address in hits])
        return np.array(rows, dtype=np.int64), np.array([score for score, _ in hits], dtype=np.float64)

    def _reload(self) -> tantivy.Searcher:
        self._index.reload()
        return self._index.searcher()


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder().add_unsigned_field("row", indexed=True, fast=True)
    builder.add_text_field("all", tokenizer_name=text.STEMMED, index_option="position")
    for field in ("title", "brand", "type", "facts"):
        builder.add_text_field(field, tokenizer_name=text.STEMMED, index_option="freq")
    for field in ("joined", "words"):
        builder.add_text_field(field, tokenizer_name=text.PLAIN, index_option="freq")
    builder.add_text_field("ids", tokenizer_name="raw", index_option="basic")
    return builder.build()


def _document(row: int, document: Document) -> tantivy.Document:
    written = tantivy.Document()
    written.add_unsigned("row", row)
    title, brand = text.prepare(document.title), text.prepare(document.brand)
    types = [text.prepare(name) for name in document.types]
    for value in (title, brand, *types, *(text.prepare(part) for part in document.body)):
        if value:
            written.add_text("all", value)
    written.add_text("title", title)
    written.add_text("brand", brand)
    for name in types:
        written.add_text("type", name)
    for name in document.facts:
        written.add_text("facts", text.prepare(name))
    written.add_text("joined", " ".join(text.joined(document.title)))
    written.add_text("words", " ".join((title, brand, *types)))
    for identifier in document.ids:
        written.add_text("ids", _identifier(identifier))
    return written


def _identifier(value: str) -> str:
    return value.strip().casefold().encode("utf-8", "replace").decode()[:200]

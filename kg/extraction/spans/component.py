"""The component ``relation_extractor`` backed by a span model, and the tokenizer whose words the model reads."""

from __future__ import annotations

import threading
from itertools import islice
from typing import TYPE_CHECKING, Final

from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup
from spacy.vocab import Vocab

from kg.extraction.spans.words import Words, split_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.extraction.spans.decoding import Reading
    from kg.extraction.spans.reader import SpanReader

SPANS_KEY: Final = "relations"
_WORDS: Final = "span_words"
_MOST_WORDS: Final = 20_000  # of a vocabulary; about 10 MB


class WordTokenizer:
    """Tokenizes as the span model does, so that every span it marks is a span of tokens.

    A vocabulary never forgets a word, so that one for all texts would grow as long as the process lives: it is replaced
    when it is large. Each thread has one of its own.
    """

    def __init__(self) -> None:
        self._own = threading.local()

    def __call__(self, text: str) -> Doc:
        """The words of ``text``; white space between them is kept, however long."""
        words = split_words(text)
        tokens: list[str] = []
        spaces: list[bool] = []
        position = 0
        for word, start, end in zip(words.texts, words.starts, words.ends, strict=True):
            if gap := text[position:start]:
                _space(gap, tokens, spaces)
            tokens.append(word)
            spaces.append(False)
            position = end
        if gap := text[position:]:
            _space(gap, tokens, spaces)
        doc = Doc(self._vocab(), words=tokens, spaces=spaces)
        doc.user_data[_WORDS] = words
        return doc

    def _vocab(self) -> Vocab:
        vocab: Vocab | None = getattr(self._own, "vocab", None)
        if vocab is None or len(vocab) > _MOST_WORDS:
            vocab = self._own.vocab = Vocab()
        return vocab


def _space(gap: str, tokens: list[str], spaces: list[bool]) -> None:
    """One blank after a word belongs to it; any other white space is a token of its own, as spaCy has it."""
    if tokens and gap[0] == " ":
        spaces[-1] = True
        gap = gap[1:]
    if gap:
        tokens.append(gap)
        spaces.append(False)


class SpanMarker:
    """Marks spans with (relation, polarity) and a calibrated confidence.

    It writes ``doc.spans["relations"]``: each span's label is the relation; ``attrs["polarities"]``,
    ``attrs["scores"]`` and ``attrs["kept"]`` hold what else is known of each, in the same order.
    """

    def __init__(self, reader: SpanReader, *, batch: int = 64) -> None:
        self._reader = reader
        self._batch = batch

    def __call__(self, doc: Doc) -> Doc:
        """Write ``doc.spans["relations"]``."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], batch_size: int = 64) -> Iterator[Doc]:
        """The same for many, in batches."""
        docs = iter(stream)
        while batch := list(islice(docs, max(batch_size, self._batch))):
            read = self._reader.read_words([_words(doc) for doc in batch])
            for doc, readings in zip(batch, read, strict=True):
                yield _marked(doc, readings)


def _words(doc: Doc) -> Words:
    words = doc.user_data.get(_WORDS)
    return words if isinstance(words, Words) else split_words(doc.text)


def _marked(doc: Doc, readings: list[Reading]) -> Doc:
    spans: list[Span] = []
    chosen: list[Reading] = []
    for one in readings:
        span = doc.char_span(one.start, one.end, label=one.label, alignment_mode="expand")
        if span is not None:
            spans.append(span)
            chosen.append(one)
    doc.spans[SPANS_KEY] = SpanGroup(
        doc,
        name=SPANS_KEY,
        spans=spans,
        attrs={
            "polarities": [one.polarity for one in chosen],
            "scores": [one.confidence for one in chosen],
            "kept": [one.kept for one in chosen],
        },
    )
    return doc


@Language.factory("span_model", default_config={"folder": "", "threads": 1, "device": "cpu"})
def span_model(nlp: Language, name: str, folder: str, threads: int, device: str) -> SpanMarker:  # noqa: ARG001 - spaCy's signature
    """The factory that spaCy calls; ``folder`` holds the model."""
    from pathlib import Path  # noqa: PLC0415 - spaCy evaluates the annotations of a factory

    from kg.extraction.spans.reader import load_reader  # noqa: PLC0415 - loads ONNX

    return SpanMarker(load_reader(Path(folder), threads=threads, device=device))

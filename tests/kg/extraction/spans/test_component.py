from __future__ import annotations

from contextlib import nullcontext
from itertools import islice, product
from string import ascii_lowercase
from typing import TYPE_CHECKING

from hypothesis import given

from kg.extraction.extractor import PipelineExtractor
from kg.extraction.loading import _spans
from kg.extraction.spans import Reading, reader, split_words
from kg.extraction.spans.component import WordTokenizer
from kg.model import Product

from ..strategies import HARD_TEXTS  # noqa: TID252 - the tests are no package that could be named

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pytest

    from kg.extraction.spans import Words


class EveryWord:
    """Takes every word for a type."""

    def read_words(self, texts: Sequence[Words]) -> list[list[Reading]]:
        return [
            [
                Reading("TYPE", "affirmed", start, end, 0.9, True)
                for start, end in zip(one.starts, one.ends, strict=True)
            ]
            for one in texts
        ]


def test_a_pipeline_forgets_the_words_that_it_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(reader, "load_reader", lambda *_, **__: EveryWord())
    nlp = _spans(tmp_path, threads=1, device="cpu")
    extractor = PipelineExtractor({"en": "every-1", "zh": "every-1"}, lambda _: nullcontext(nlp))
    known = len(nlp.vocab.strings)
    for batch in ("a", "b"):
        titles = [" ".join(batch + first + second for second in ascii_lowercase) for first in ascii_lowercase]
        found = extractor.mentions([Product(product_id=title, title=title) for title in titles])
        assert [[one.text for one in mentions] for mentions in found] == [title.split() for title in titles]
        assert len(nlp.vocab.strings) == known


@given(HARD_TEXTS)
def test_the_tokens_are_the_text_and_end_where_its_words_do(raw: str) -> None:
    text = raw.replace("\ud800", "\ufffd")
    doc = WordTokenizer()(text)
    assert doc.text == text
    words = split_words(text)
    for start, end in zip(words.starts, words.ends, strict=True):
        span = doc.char_span(start, end)
        assert span is not None
        assert span.text == text[start:end]


def test_a_vocabulary_is_replaced_before_it_is_large() -> None:
    tokenize = WordTokenizer()
    words = map("".join, product(ascii_lowercase, repeat=4))
    docs = [tokenize(" ".join(islice(words, 1_000))) for _ in range(60)]
    assert len({id(doc.vocab) for doc in docs}) > 1
    assert max(len(doc.vocab) for doc in docs) < 30_000
    assert docs[0].text.startswith("aaaa aaab aaac")

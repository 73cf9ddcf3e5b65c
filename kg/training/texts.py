"""Texts of products that nobody marked, as the extractor reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.evaluation.reading import read_rows
from kg.extraction.spans.windows import windows
from kg.extraction.spans.words import split_words
from kg.training.as_read import text_as_read
from shelfgraph.errors import InvalidRequestError

if TYPE_CHECKING:
    from pathlib import Path

    from kg.extraction.spans.pieces import Pieces
    from kg.extraction.spans.windows import Window


def read_texts(path: Path, pieces: Pieces) -> list[tuple[str, Window]]:
    """The texts of ``path`` (rows with ``text``) with each of their windows; rows without one are left out.

    Raises:
        InvalidRequestError: no row has a text (``training.too_few_rows``), or the file is no JSON lines
            (``evaluation.…``).
    """
    texts = [text_as_read(text) for _, row in read_rows(path) if isinstance(text := row.get("text"), str)]
    found = [(text, window) for text in texts for window in windows(split_words(text), pieces) if window.words.texts]
    if not found:
        raise InvalidRequestError(
            "training.too_few_rows",
            f"{path.name} has no row with a text.",
            help='Give JSON lines such as {"text": "title\\nbullet"}.',
        )
    return found

"""What of a product is embedded, and by which model."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from kg.embedding.embedder import ENGLISH, Embedder, load_embedder

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from kg.model import Product
    from shelfgraph.settings import Settings

_MAX_CHARACTERS: Final = 2000  # far beyond what a model reads, far below what a hostile row can send


def product_text(product: Product) -> str:
    """What of a product is embedded: what it is first, because models cut the end.

    Offer fields (price, availability) are left out, so that they never cause a new embedding.
    """
    parts = [product.title]
    if product.brand and product.brand.casefold() not in product.title.casefold():
        parts.append(product.brand)
    parts.extend(product.product_type[-2:])
    parts.extend(value for value in (product.color, product.material, product.size) if value)
    parts.extend(product.bullets)
    parts.append(product.description)
    text = ". ".join(part.strip() for part in parts if part.strip())
    return text[:_MAX_CHARACTERS]


class Embedders:
    """The embedders of a process, each loaded when first asked for; safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._loaded: dict[str, Embedder] = {}
        self._lock = threading.Lock()

    def name_for(self, language: str) -> str:
        """The name that the vectors of a language's texts will carry; loads no model."""
        english = language.split("-", maxsplit=1)[0].lower() == ENGLISH
        return self._settings.embedding_model if english else self._settings.multilingual_model

    def for_language(self, language: str) -> Embedder:
        """The embedder for texts of a language (ISO 639-1).

        Raises:
            SetupError: its weights are missing.
        """
        key = ENGLISH if language.split("-", maxsplit=1)[0].lower() == ENGLISH else "other"
        with self._lock:
            if key not in self._loaded:
                self._loaded[key] = load_embedder(self._settings, language=key)
            return self._loaded[key]

    def embed_products(self, products: Sequence[Product]) -> list[tuple[NDArray[np.float32], str]]:
        """The vector of each product and the name of the model that made it, in order."""
        positions: dict[str, list[int]] = {}
        for position, product in enumerate(products):
            positions.setdefault(ENGLISH if product.language == ENGLISH else product.language, []).append(position)
        found: dict[int, tuple[NDArray[np.float32], str]] = {}
        for language, members in positions.items():
            embedder = self.for_language(language)
            vectors = embedder.embed([product_text(products[position]) for position in members])
            found.update((position, (vector, embedder.name)) for position, vector in zip(members, vectors, strict=True))
        return [found[position] for position in range(len(products))]

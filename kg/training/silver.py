"""The labels that a language model gave catalogue texts, joined to those texts, which do not ship.

``python -m kg.training.silver products.jsonl.gz > silver.jsonl`` writes rows for `train relations --silver`; with
``--held-out`` those of the texts that the packaged model was never fitted to, to measure it by. The labels
(``models/relations/labels/en.silver.jsonl.gz``) hold offsets only; a row names its ``product`` where its ``id`` is not
the product's, since another row has that. The products are those of the Amazon Shopping
Queries data (ESCI) with ``asin``, ``title``, ``bullet_points`` and ``description``. The Chinese labels beside them come
with their texts, which were written for them.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from kg.catalog import normalise
from kg.evaluation.reading import fault, read_rows
from kg.extraction.loading import PACKAGED
from shelfgraph.errors import ShelfgraphError

if TYPE_CHECKING:
    from collections.abc import Iterator

LABELS: Final = PACKAGED / "labels" / "en.silver.jsonl.gz"
_LONGEST_DESCRIPTION: Final = 4000  # code points


def silver_rows(products: Path, labels: Path = LABELS, *, held_out: bool = False) -> Iterator[dict[str, Any]]:
    """Each marked text with its relations and, where it has some, answers to questions (``attributes``).

    Args:
        products: the catalogue, with ``asin``, ``title``, ``bullet_points`` and ``description``.
        labels: what is marked in which of its lines.
        held_out: only the texts that are kept to measure by; else only the others.

    Raises:
        InvalidRequestError: a product is missing or has another text (``training.silver_mismatch``), or a file is not
            of its form (``evaluation.…``).
    """
    lines = {row.get("asin"): _lines(row) for _, row in read_rows(products)}
    for number, row in read_rows(labels):
        if bool(row.get("held_out")) != held_out:
            continue
        product = row.get("product", row["id"])
        known = lines.get(product, [])
        text = "\n".join(known[line][:length] for line, length in row["lines"] if line < len(known))
        if hashlib.sha256(text.encode()).hexdigest()[: len(row["sha256"])] != row["sha256"]:
            raise fault(
                "training.silver_mismatch",
                labels,
                number,
                f"is about another text of the product {product} than {products.name} has",
                help="Take the products of the Amazon Shopping Queries data that the labels were made for.",
            )
        yield {
            "id": row["id"],
            "product": product,
            "text": text,
            "relations": [
                {"relation": relation, "polarity": polarity, "start": start, "end": end, "value": text[start:end]}
                for relation, polarity, start, end in row["relations"]
            ],
            "attributes": {
                name: [text[start:end] for start, end in spans] for name, spans in row.get("attributes", {}).items()
            },
        }


def _lines(product: dict[str, Any]) -> list[str]:
    """What a label's lines count: the title, the bullets, the lines of the description; empty ones left out."""
    bullets = product.get("bullet_points") or ""
    bullets = bullets.split("\n") if isinstance(bullets, str) else bullets
    lines = [normalise(text).text.replace("\n", " ").strip() for text in [product.get("title") or "", *bullets]]
    description = normalise(product.get("description") or "").text.strip()[:_LONGEST_DESCRIPTION]
    return [line for line in [*lines, *(part.strip() for part in description.split("\n"))] if line]


def main() -> None:
    """Write the rows to standard output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("products", type=Path)
    parser.add_argument("--held-out", action="store_true", help="the texts to measure by instead")
    arguments = parser.parse_args()
    try:
        for row in silver_rows(arguments.products, held_out=arguments.held_out):
            sys.stdout.buffer.write(orjson.dumps(row) + b"\n")
    except ShelfgraphError as error:
        sys.exit(f"Error: {error} [{error.code}]")


if __name__ == "__main__":
    main()

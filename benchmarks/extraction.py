"""How fast relations are read from texts in memory, one figure a line: the whole pipeline, the network, a bare encoder.

Texts: title and first bullets of real products, 550 characters on average. Offsets, polarities and confidences of all
relations come out.

Usage: ``python benchmarks/extraction.py [--products N] [--threads N]``; SHELFGRAPH_RELATION_MODEL and
SHELFGRAPH_DEVICE choose what is measured.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.embedding.onnx import OnnxEmbedder
from kg.evaluation import read_labelled
from kg.extraction import load_extractor
from kg.extraction.loading import PACKAGED
from kg.extraction.spans import load_reader, split_words
from kg.extraction.spans.pieces import encode
from kg.model import Product
from shelfgraph.settings import Settings
from shelfgraph.weights import minilm_onnx

if TYPE_CHECKING:
    from collections.abc import Callable

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "relations" / "train.jsonl"
LONGEST = 512


def timed(name: str, count: int, work: Callable[[], Any]) -> None:
    """Run it and print its rate and its processor time."""
    start, before = time.perf_counter(), time.process_time()
    work()
    seconds, spent = time.perf_counter() - start, time.process_time() - before
    print(f"{name}_rate {count / seconds:.1f} products/s")
    print(f"{name}_cpu {spent / count * 1000:.2f} ms/product", flush=True)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=600)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    if not DATA.is_file():
        print("skipped: needs ../shared/data/relations, which is not part of the project")
        sys.exit(0)
    texts = [row["text"] for row in read_labelled(DATA)][: arguments.products]
    products = [
        Product(product_id=str(number), title=text.split("\n")[0], bullets=tuple(text.split("\n")[1:]), language="en")
        for number, text in enumerate(texts)
    ]
    settings = Settings(model_threads=arguments.threads)
    print(f"texts {len(texts)}")
    print(f"characters {sum(map(len, texts)) / len(texts):.0f} a text")
    print(f"load {os.getloadavg()[0]:.2f}")
    extractor = load_extractor(settings)
    extractor.mentions(products[:20])
    timed("pipeline", len(products), lambda: extractor.mentions(products))
    if settings.relation_model != "matchers":
        reader = load_reader(PACKAGED / "en", threads=arguments.threads)
        encoded = [encode(split_words(text), reader.pieces) for text in texts]
        timed("network", len(texts), lambda: list(reader.scorer.cells(encoded)))
    bare = OnnxEmbedder(minilm_onnx(settings), name="bare", threads=arguments.threads, max_tokens=LONGEST)
    bare.embed(texts[:20])
    timed("bare_encoder", len(texts), lambda: bare.embed(texts))


if __name__ == "__main__":
    main()

"""The real catalogue beside the checkout that the benchmarks read: 6,764 products, 50 queries with judgements."""

from __future__ import annotations

import csv
import gzip
import math
import statistics
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kg.catalog import FeedLimits, ProductRow, read_products

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.model import Product

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "esci"
FEED = FOLDER / "products.jsonl.gz"
MAPPING = {"product_id": "asin", "bullets": "bullet_points", "product_type": "category", "image_url": "image"}


def require_data() -> None:
    """End quietly, with the reason, where the data is absent."""
    if not FEED.is_file():
        print("skipped: needs ../shared/data/esci, which is not part of the project")
        sys.exit(0)


def products() -> list[Product]:
    """All products, read as an import reads them; ratings are left out."""
    with gzip.open(FEED, "rb") as feed:
        rows = read_products(feed, format="jsonl", mapping=MAPPING, limits=FeedLimits())
        return [row.product for row in rows if isinstance(row, ProductRow)]


def dev_queries() -> list[tuple[str, str]]:
    """(id, text) of the development queries."""
    with (FOLDER / "queries.dev.csv").open(encoding="utf-8", newline="") as stream:
        return [(row["query_id"], row["query"]) for row in csv.DictReader(stream)]


def ndcg_at_10(run: Mapping[str, Sequence[str]]) -> float:
    """NDCG@10 of a ranking (product ids by query id, best first); what was not judged gains nothing."""
    gains, _ = _judgements()
    return statistics.mean(_ndcg(run.get(query, ()), gain) for query, gain in gains.items() if any(gain.values()))


def recall_at_100(run: Mapping[str, Sequence[str]]) -> float:
    """Share of the exact products among the first hundred."""
    _, exact = _judgements()
    return statistics.mean(len(wanted & set(run.get(query, ())[:100])) / len(wanted) for query, wanted in exact.items())


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def _judgements() -> tuple[dict[str, dict[str, float]], dict[str, set[str]]]:
    gains: dict[str, dict[str, float]] = {}
    exact: dict[str, set[str]] = {}
    with (FOLDER / "qrels.dev.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            gains.setdefault(row["query_id"], {})[row["asin"]] = float(row["esci_gain"])
            if row["esci_label"] == "E":
                exact.setdefault(row["query_id"], set()).add(row["asin"])
    return gains, exact


def _ndcg(found: Sequence[str], gains: Mapping[str, float]) -> float:
    return _dcg([gains.get(one, 0.0) for one in found]) / _dcg(sorted(gains.values(), reverse=True))


def _dcg(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains[:10]))

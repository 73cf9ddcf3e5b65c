"""The ESCI extract that the benchmarks share: where it is, how it maps to products, and how a ranking is scored."""

from __future__ import annotations

import csv
import math
import statistics
import sys
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "esci"
FEED = DATA / "products.jsonl.gz"
MAPPING = {"product_id": "asin", "bullets": "bullet_points", "product_type": "category", "image_url": "image"}


def require_data() -> None:
    """End the benchmark with a reason where the data are absent."""
    if not FEED.exists():
        print(f"skipped: no ESCI data at {FEED.relative_to(DATA.parents[2])}")
        sys.exit(0)


def dev_queries() -> list[tuple[str, str]]:
    """The 50 dev queries as (query_id, query)."""
    with (DATA / "queries.dev.csv").open(encoding="utf8") as rows:
        return [(row["query_id"], row["query"]) for row in csv.DictReader(rows)]


def ndcg_at_10(run: dict[str, list[str]]) -> float:
    """NDCG@10 with ESCI's gains; what was not judged gains nothing."""
    gains: dict[str, dict[str, float]] = {}
    with (DATA / "qrels.dev.csv").open(encoding="utf8") as rows:
        for row in csv.DictReader(rows):
            gains.setdefault(row["query_id"], {})[row["asin"]] = float(row["esci_gain"])

    def dcg(values: list[float]) -> float:
        return sum(gain / math.log2(rank + 2) for rank, gain in enumerate(values[:10]))

    return statistics.mean(
        dcg([judged.get(one, 0.0) for one in run.get(query, [])]) / dcg(sorted(judged.values(), reverse=True))
        for query, judged in gains.items()
        if any(judged.values())
    )


def percentile(values: list[float], share: float) -> float:
    """The value that ``share`` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)]

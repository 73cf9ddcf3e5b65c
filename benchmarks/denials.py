"""How often the rules for what a text denies in plain words, or says as an aside, agree with those who marked it.

Of the marked spans: how many there are of either polarity, and how many the rules take for denied, or for asides. Gold
spans are marked by people, silver ones by a language model. The rules were written with both in sight.

Usage: ``python benchmarks/denials.py``
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.evaluation import read_labelled
from kg.extraction.asides import is_aside
from kg.extraction.spans.decoding import Reading
from kg.extraction.spans.denying import denied_plainly
from kg.training.silver import LABELS, silver_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
GOLD = {"en": ("train", "dev"), "zh": ("zh.train", "zh.dev")}


def main() -> None:
    """Measure."""
    if not DATA.is_dir():
        print("skipped: needs ../shared/data, which is not part of the project")
        sys.exit(0)
    for language, parts in GOLD.items():
        gold = (row for part in parts for row in read_labelled(DATA / "relations" / f"{part}.jsonl"))
        show(f"{language}_gold", gold, language)
    written = read_labelled(LABELS.with_name("en.written.silver.jsonl.gz"))
    show("en_silver", [*silver_rows(DATA / "esci" / "products.jsonl.gz"), *written], "en")
    show("zh_silver", read_labelled(LABELS.with_name("zh.silver.jsonl.gz")), "zh")


def show(name: str, rows: Iterable[dict[str, Any]], language: str) -> None:
    """Print the counts."""
    counts: Counter[str] = Counter()
    for row in rows:
        # As if a network had read what is marked, each span without a polarity.
        marked = {(one["relation"], one["start"], one["end"]): one["polarity"] for one in row["relations"]}
        readings = [Reading(label, "affirmed", start, end, 1.0, kept=True) for label, start, end in marked]
        for one in denied_plainly(row["text"], readings, language=language, keeps=lambda *_: True):
            polarity = marked[one.label, one.start, one.end]
            counts[polarity] += 1
            denied = one.polarity == "negated"
            counts[f"{polarity}_taken_for_denied"] += denied
            counts[f"{polarity}_taken_for_asides"] += is_aside(
                row["text"], one.start, one.end, one.label, denied=denied
            )
    for polarity in ("affirmed", "negated"):
        print(f"{name}_{polarity} {counts[polarity]}")
        for taken in ("denied", "asides"):
            print(f"{name}_{polarity}_taken_for_{taken} {counts[f'{polarity}_taken_for_{taken}']}", flush=True)


if __name__ == "__main__":
    main()

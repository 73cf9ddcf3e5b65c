"""How often a value marked in a text becomes one of the normal forms of its offer, in five-fold cross-validation.

Nothing but the normaliser is measured: the surface values are those that people marked in WDC PAVE, each of an offer
counting once. ``identity`` is how often they are normal as they stand, ``unseen`` counts values that the other folds
do not have. Then the attributes with the lowest shares, each with the number of its values.

Usage: ``python benchmarks/normalising.py [--worst N]``
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from kg.evaluation import read_attributes
from kg.evaluation.attributes import ABSENT
from kg.extraction.spans.normalising import table_key
from kg.training.normalising import learn_normalisers, paired

if TYPE_CHECKING:
    from kg.evaluation import AttributeRow

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "attributes" / "pave"
FOLDS = 5


Pair = tuple["AttributeRow", "AttributeRow"]


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worst", type=int, default=15, help="attributes that are shown by themselves")
    arguments = parser.parse_args()
    if not DATA.is_dir():
        print("skipped: needs ../shared/data/attributes, which is not part of the project")
        sys.exit(0)
    surface, normal = (
        list(read_attributes(DATA / f"{kind}.train_large.jsonl.gz")) for kind in ("extract", "normalize")
    )
    pairs = paired(surface, normal)
    random.Random(0).shuffle(pairs)
    counts: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for fold in range(FOLDS):
        count(counts, [pair for at, pair in enumerate(pairs) if at % FOLDS != fold], pairs[fold::FOLDS])
    total = sum(counts.values(), Counter())
    print(f"offers {len(pairs)}")
    print(f"values {total['all']}")
    show("all", total)
    print(f"unseen_values {total['unseen all']}")
    show("unseen", Counter({name: total[f"unseen {name}"] for name in ("all", "identity", "learnt")}))
    worst = sorted(counts, key=lambda key: (counts[key]["learnt"] / counts[key]["all"], key))
    for key in worst[: arguments.worst]:
        show(f"{'/'.join(key).replace(' ', '_')}({counts[key]['all']})", counts[key])


def show(name: str, counted: Counter[str]) -> None:
    """Print the shares that were right."""
    for kind in ("identity", "learnt"):
        print(f"{name}_{kind} {counted[kind] / max(counted['all'], 1):.4f}")


def count(counts: defaultdict[tuple[str, str], Counter[str]], known: list[Pair], held: list[Pair]) -> None:
    """Learn from the known pairs, and count on the others."""
    normalisers = learn_normalisers([stated for stated, _ in known], [wanted for _, wanted in known])
    seen = {(row.category, name, table_key(value)) for row, _ in known for name, value in stated_by(row)}
    for row, wanted in held:
        for name, value in stated_by(row):
            said = {"all": True, "identity": value in wanted.accepted[name]}
            said["learnt"] = normalisers.normal(name, row.category, value) in wanted.accepted[name]
            right = [kind for kind, is_right in said.items() if is_right]
            counts[row.category, name].update(right)
            if (row.category, name, table_key(value)) not in seen:
                counts[row.category, name].update(f"unseen {kind}" for kind in right)


def stated_by(row: AttributeRow) -> list[tuple[str, str]]:
    """Each attribute with each of its values."""
    return [(name, value) for name, values in row.accepted.items() for value in sorted(values - {ABSENT})]


if __name__ == "__main__":
    main()

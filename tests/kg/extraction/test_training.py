from __future__ import annotations

from typing import TYPE_CHECKING

from kg.extraction.pipelines import blank
from kg.extraction.tagger import SPANS_KEY, RelationTagger
from kg.extraction.training import train
from kg.extraction.weights import read_weights

if TYPE_CHECKING:
    from pathlib import Path


def _row(number: int, color: str, thing: str) -> dict[str, object]:
    text = f"Acme {color} {thing}\nBPA free"
    at, bpa = text.index(color), text.index("BPA")
    return {
        "id": str(number),
        "text": text,
        "relations": [
            {"relation": "BRAND", "polarity": "affirmed", "start": 0, "end": 4, "value": "Acme"},
            {"relation": "COLOR", "polarity": "affirmed", "start": at, "end": at + len(color), "value": color},
            {"relation": "CONTAINS", "polarity": "negated", "start": bpa, "end": bpa + 3, "value": "BPA"},
        ],
    }


def test_training_is_repeatable_and_what_it_wrote_reads(tmp_path: Path) -> None:
    things = ("mug", "kettle", "bottle", "lamp")
    rows = [_row(n, color, things[n % 4]) for n, color in enumerate(["red", "blue", "green", "black"] * 4)]
    train(rows, tmp_path / "one")
    train(rows, tmp_path / "two")
    for name in ("en.crfsuite", "en.lexicon.txt.gz", "en.calibration.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    doc = RelationTagger("en", read_weights(tmp_path / "one", "en"))(blank("en").make_doc("Acme green mug\nBPA free"))
    found = {(span.label_, span.text) for span in doc.spans[SPANS_KEY]}
    assert {("BRAND", "Acme"), ("COLOR", "green"), ("CONTAINS", "BPA")} <= found

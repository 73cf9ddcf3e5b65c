from __future__ import annotations

from kg.extraction.spans.batches import batch_of
from kg.extraction.spans.examples import from_spans
from kg.extraction.spans.pieces import Characters


def test_labels_of_one_span_have_polarities_of_their_own() -> None:
    span = {"value": "2 batteries", "start": 9, "end": 20}
    row = {
        "id": "a",
        "text": "Requires 2 batteries (not included)",
        "relations": [
            {"relation": "REQUIRES", "polarity": "affirmed", **span},
            {"relation": "INCLUDES", "polarity": "negated", **span},
        ],
    }
    examples = from_spans(row, Characters({}), labels=("INCLUDES", "REQUIRES", "ASKED"), width=16)
    batch = batch_of(examples, labels=3, width=16, device="cpu")
    told = {tuple(place): refused for place, refused in zip(batch.stated.tolist(), batch.denied.tolist(), strict=True)}
    assert told == {(0, 1, 1, 0): 1.0, (0, 1, 1, 1): 0.0}


def test_texts_without_marks_have_no_polarity_to_learn() -> None:
    examples = from_spans(
        {"id": "a", "text": "Mug", "relations": []}, Characters({}), labels=("TYPE", "ASKED"), width=4
    )
    batch = batch_of(examples, labels=2, width=4, device="cpu")
    assert (batch.stated.shape, batch.denied.shape) == ((0, 4), (0,))

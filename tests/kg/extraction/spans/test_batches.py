from __future__ import annotations

import random

from kg.extraction.spans.batches import batch_of, in_batches
from kg.extraction.spans.examples import Example, from_spans
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


def test_copies_of_a_row_are_spread_over_the_batches() -> None:
    rows = _rows(40)
    batches = _shuffled(rows * 2, seed=0)
    apart = [one for one in rows if not any(batch.count(one.identity) == 2 for batch in batches)]
    assert len(apart) > 20
    assert sorted(name for batch in batches for name in batch) == sorted(one.identity for one in rows * 2)


def test_a_seed_gives_the_same_batches() -> None:
    assert _shuffled(_rows(40) * 2, seed=3) == _shuffled(_rows(40) * 2, seed=3) != _shuffled(_rows(40) * 2, seed=4)


def test_without_chance_texts_stand_by_their_length() -> None:
    lengths = [len(one.encoded.ids) for batch in in_batches(_rows(40)[::-1], pieces=128) for one in batch]
    assert lengths == sorted(lengths)


def _rows(count: int) -> list[Example]:
    rows = [{"id": f"{number}", "text": "mug " * (number % 8 + 1), "relations": []} for number in range(count)]
    return [one for row in rows for one in from_spans(row, Characters({}), labels=("TYPE", "ASKED"), width=4)]


def _shuffled(examples: list[Example], *, seed: int) -> list[list[str]]:
    batches = in_batches(examples, pieces=128, chance=random.Random(seed))
    return [[one.identity for one in batch] for batch in batches]

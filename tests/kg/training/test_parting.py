from __future__ import annotations

import random
from typing import TYPE_CHECKING

from kg.training.parting import parts_of, plain

if TYPE_CHECKING:
    from collections.abc import Sequence


def _parts(texts: Sequence[str], count: int, *, seed: int = 0) -> list[list[int]]:
    order = list(range(len(texts)))
    random.Random(seed).shuffle(order)
    return parts_of(order, texts, count)


def test_a_text_is_the_same_in_other_case_and_with_other_spaces() -> None:
    assert plain("A  RED mug\nof Stra\u00dfe") == plain(" a red\tmug of strasse ")
    assert plain("a redmug") != plain("a red mug")


def test_equal_texts_share_a_part() -> None:
    texts = ["mug", "lamp", "mug", "towel", "bench", "mug", "lamp", "kettle"] * 3
    parts = _parts(texts, 4)
    assert sorted(index for part in parts for index in part) == list(range(24))
    seen = [{texts[index] for index in part} for part in parts]
    assert sum(map(len, seen)) == len(set(texts))


def test_parts_are_as_equal_as_their_texts_allow() -> None:
    chance = random.Random(1)
    texts = [f"text {min(int(chance.expovariate(1 / 900)), 3000)}" for _ in range(6000)]
    assert len(set(texts)) < 4000
    assert {len(part) for part in _parts(texts, 5)} == {1200}


def test_without_repeated_texts_every_so_manieth_row_is_in_a_part() -> None:
    order = list(range(61))
    random.Random(7).shuffle(order)
    for count in (2, 5, 10):
        assert parts_of(order, [f"text {n}" for n in range(61)], count) == [order[part::count] for part in range(count)]


def test_a_text_of_more_than_a_part_comes_last() -> None:
    texts = ["mug"] * 50 + [f"text {number}" for number in range(50)]
    parts = _parts(texts, 10)
    assert [len(part) for part in parts[:-1]] == [6] * 5 + [5] * 4
    assert {texts[index] for index in parts[-1]} == {"mug"}

from __future__ import annotations

import gzip
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .feeds import product, read


@pytest.mark.parametrize("compress", [False, True])
@pytest.mark.parametrize("shape", ["array", "wrapped", "pretty", "one", "many"])
def test_json_in_every_shape(shape: str, compress: bool) -> None:
    rows = [product(n, description='br{a}ck[e]ts "quoted" \\', bullets=["a", "[b"]) for n in range(1, 4)]
    text = {
        "array": json.dumps(rows),
        "wrapped": json.dumps({"products": rows, "next": None}),
        "pretty": json.dumps(rows, indent=2),
        "one": json.dumps(rows[0], indent=2),
        "many": "\n".join(json.dumps(row, indent=1) for row in rows),
    }[shape]
    products, refused, fault = read(gzip.compress(text.encode()) if compress else text)
    assert (refused, fault) == ([], None)
    assert len(products) == (1 if shape == "one" else 3)
    assert products[0].description == rows[0]["description"]
    assert products[0].bullets == ("a", "[b")


def test_strays_in_an_array_are_refused() -> None:
    products, refused, fault = read(b'[{"product_id":"1","title":"a"}, 7, "x{", {"product_id":"2","title":"b"}, null]')
    assert fault is None
    assert [one.product_id for one in products] == ["1", "2"]
    assert [row.code for row in refused] == ["catalog.row_invalid"] * 2


@given(st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=8), max_size=3), max_size=6), st.integers(1, 9))
def test_the_array_cutter_finds_what_a_parser_finds(rows: list[dict[str, str]], chunk: int) -> None:
    from kg.catalog.json_feed import _Splitter

    class Drip(io.BytesIO):
        def read1(self, size: int | None = -1) -> bytes:
            del size
            return super().read(chunk if self.tell() > 10 else 10)

    text = json.dumps(rows, ensure_ascii=False).encode()
    found = [json.loads(element) for element, _ in _Splitter(10_000).elements(Drip(text))]  # type: ignore[arg-type]
    assert found == rows

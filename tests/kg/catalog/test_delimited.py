from __future__ import annotations

import csv
import io
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from kg.catalog import FeedLimits
from kg.model import Price

from .feeds import read


def test_csv_with_mapping_semicolons_and_byte_order_mark() -> None:
    feed = "\ufeffSKU;Name;Preis;Farbe\r\n1;Kanne, groß;1.299,00 €;rot\r\n2;Tasse;;\r\n;ohne;1 €;\r\n"
    products, refused, _ = read(
        feed, mapping={"product_id": "SKU", "title": "Name", "price": "Preis", "color": "Farbe"}
    )
    assert [(one.title, one.price, one.color) for one in products] == [
        ("Kanne, groß", Price(Decimal("1299.00"), "EUR"), "rot"),
        ("Tasse", None, None),
    ]
    assert [(row.line, row.field, row.code) for row in refused] == [(4, "product_id", "catalog.id_missing")]


def test_csv_gets_back_in_step_after_a_broken_quote() -> None:
    feed = (
        'product_id,title\n1,"never closed\n2,Two\n3,"T""hree"\n4,5" pipe\n5,"a"b\n6,x,y\n7,"Seven\nlines"\n8,"last\n'
    )
    products, refused, fault = read(feed)
    assert fault is None
    assert [one.product_id for one in products] == ["2", "3", "4", "7"]
    assert [(row.line, row.code) for row in refused] == [
        (2, "catalog.row_invalid"),
        (6, "catalog.row_invalid"),
        (7, "catalog.row_invalid"),
        (10, "catalog.row_invalid"),
    ]


def test_an_unclosed_quote_does_not_swallow_a_large_file() -> None:
    rows = "".join(f"{n},Title {n}\n" for n in range(2, 500))
    products, refused, _ = read(f'product_id,title\n1,"open\n{rows}', limits=FeedLimits(max_row_bytes=1024))
    assert len(products) == 498
    assert [(row.line, row.code) for row in refused] == [(2, "catalog.row_too_large")]


def test_broken_encoding_names_the_field() -> None:
    feed = "product_id,Name\n1,Café\n2,".encode() + b"Caf\xe9\n3,Fine\n"
    products, refused, _ = read(feed, mapping={"title": "Name"})
    assert [one.product_id for one in products] == ["1", "3"]
    assert [(row.field, row.code) for row in refused] == [("title", "catalog.encoding_invalid")]


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), min_size=1, max_size=5))
def test_what_csv_writes_is_read(cells: list[tuple[str, str]]) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["product_id", "title", "description"])
    kept = [pair for pair in cells if not set("".join(pair)) & set("\r\x00")]
    for number, (title, description) in enumerate(kept):
        writer.writerow([number, f"T{title}", description])
    try:
        data = out.getvalue().encode()
    except UnicodeEncodeError:
        return
    products, refused, _ = read(data)
    assert refused == []
    assert [one.title for one in products] == [f"T{title}" for title, _ in kept]

from __future__ import annotations

import gzip
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.catalog import FeedLimits, ProductRow, RejectedRow, ReviewRow, read_products, read_reviews
from kg.model import Price
from shelfgraph.errors import InvalidRequestError

from .feeds import MERCHANT, lines_of, product, read

if TYPE_CHECKING:
    from kg.model import Product

ESCI = {"product_id": "asin", "bullets": "bullet_points", "product_type": "category", "image_url": "image"}


def test_the_sample_shop_reads_whole(sample_products: list[Product]) -> None:
    with (Path(__file__).parents[3] / "sample" / "catalog.jsonl").open("rb") as feed:
        rows = list(read_products(feed))
    products = [row.product for row in rows if isinstance(row, ProductRow)]
    assert len(products) == len(rows) == 260
    assert [one.product_id for one in products] == [one.product_id for one in sample_products]
    assert products[0].price == Price(Decimal("289.00"), "USD")
    assert products[0].product_type == ("Home & Kitchen", "Coffee", "Espresso Machines")
    assert {one.language for one in products} == {"en", "zh"}


def test_bad_rows_are_refused_and_the_rest_goes_on() -> None:
    feed = lines_of(
        product(1),
        {"title": "no id"},
        {"product_id": "X", "title": " \u200b "},
        product(2, price={"amount": "cheap"}),
        product(3, bullets=[1]),
        product(4, description={"html": "x"}),
        product(5, url="javascript:alert(1)"),
        {"product_id": "x" * 300, "title": "long id"},
        {"product_id": "a\nb", "title": "id with a line end"},
        product(6, description="x" * 200_000),
    )
    feed += b'{"product_id": "bad", "title": "\xff\xfe"}\n{broken\n[1]\n\n   \n' + lines_of(product(7, price=None))
    products, refused, fault = read(feed)
    assert fault is None
    assert [one.product_id for one in products] == ["P-1", "P-7"]
    assert [(row.line, row.field, row.code) for row in refused] == [
        (2, "product_id", "catalog.id_missing"),
        (3, "title", "catalog.title_missing"),
        (4, "price", "catalog.price_invalid"),
        (5, "bullets", "catalog.field_type"),
        (6, "description", "catalog.field_type"),
        (7, "url", "catalog.url_invalid"),
        (8, "product_id", "catalog.field_too_long"),
        (9, "product_id", "catalog.id_invalid"),
        (10, "description", "catalog.field_too_long"),
        (11, "", "catalog.encoding_invalid"),
        (12, "", "catalog.row_invalid"),
        (13, "", "catalog.row_invalid"),
    ]
    assert all(row.reason and len(row.row) <= 2048 for row in refused)
    assert refused[0].row == '{"title": "no id"}'


def test_a_row_over_the_limit_is_refused_in_every_format() -> None:
    limits = FeedLimits(max_row_bytes=1000)
    long = "y" * 5000
    for name, feed in {
        "jsonl": lines_of(product(1), product(2, description=long), product(3)),
        "json": json.dumps([product(1), product(2, description=long), product(3)]).encode(),
        "csv": f'product_id,title,description\nP-1,One,x\nP-2,Two,"{long}"\nP-3,Three,x\n'.encode(),
        "xml": f"<rss><channel><item><id>P-1</id><title>One</title></item><item><id>P-2</id><title>T</title>"
        f"<description>{long}</description></item><item><id>P-3</id><title>T</title></item></channel></rss>".encode(),
    }.items():
        products, refused, fault = read(feed, limits=limits)
        assert fault is None, name
        assert [one.product_id for one in products] == ["P-1", "P-3"], name
        assert [row.code for row in refused] == ["catalog.row_too_large"], name


def test_reviews_with_mapping() -> None:
    feed = (
        b"review_id,sku,stars,text,when,verified\n1,P-1,5,Good,2026-01-09,true\n2,P-1,9,Bad,2026-01-09,no\n"
        b"3,P-1,,Fine,yesterday,no\n4,P-1,,,,\n5,P-1,4,,2026-01-09T10:00:00Z,\n,P-1,4,x,,\n"
    )
    mapping = {"product_id": "sku", "rating": "stars", "body": "text", "created_at": "when"}
    rows = list(read_reviews(io.BytesIO(feed), mapping=mapping))
    reviews = [row.review for row in rows if isinstance(row, ReviewRow)]
    assert [(one.review_id, one.rating, one.verified) for one in reviews] == [("1", 5.0, True), ("5", 4.0, False)]
    assert [(row.field, row.code) for row in rows if isinstance(row, RejectedRow)] == [
        ("rating", "catalog.rating_invalid"),
        ("created_at", "catalog.date_invalid"),
        ("body", "catalog.review_empty"),
        ("review_id", "catalog.id_missing"),
    ]


def test_a_mapping_to_a_field_we_do_not_have_is_an_error() -> None:
    with pytest.raises(InvalidRequestError, match="colour"):
        list(read_products(io.BytesIO(b"{}"), mapping={"colour": "Farbe"}))


def test_a_mapping_reaches_into_objects() -> None:
    row = {"id": 7, "names": {"en": "Pot"}, "title": "wrong"}
    only = read(lines_of(row), mapping={"product_id": "id", "title": "names.en"})[0][0]
    assert (only.product_id, only.title) == ("7", "Pot")


@pytest.mark.parametrize(
    ("feed", "before", "code"),
    [
        (b"", 0, "catalog.feed_empty"),
        (b"\xef\xbb\xbf \n", 0, "catalog.feed_empty"),
        (b"[]", 0, "catalog.feed_empty"),
        (b"product_id,title\n", 0, "catalog.feed_empty"),
        (b"<rss><channel></channel></rss>", 0, "catalog.feed_empty"),
        (gzip.compress(b"", mtime=0), 0, "catalog.feed_empty"),
        (b"PK\x03\x04 workbook", 0, "catalog.feed_not_text"),
        (bytes(range(9)) * 500, 0, "catalog.feed_not_text"),
        (b"hello world\nhow are you\n", 0, "catalog.feed_format_unknown"),
        (b'[{"product_id":"1","title":"a"},{"product_id":"2","ti', 1, "catalog.feed_truncated"),
        (MERCHANT[: MERCHANT.index("<item><g:title>No id")].encode(), 2, "catalog.feed_truncated"),
        (MERCHANT[: MERCHANT.index("No price")].encode(), 1, "catalog.feed_truncated"),
        (MERCHANT.replace("</g:brand>", "</g:brand", 1).encode(), 0, "catalog.feed_xml_invalid"),
        (
            b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss><item><id>&b;</id></item></rss>',
            0,
            "catalog.feed_entity",
        ),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><rss><item><id>1</id></item></rss>', 0, "catalog.feed_entity"),
        (b"<rss>" + b"<a>" * 5000, 0, "catalog.feed_xml_invalid"),
    ],
)
def test_faults_of_the_feed_itself(feed: bytes, before: int, code: str) -> None:
    products, _, fault = read(feed)
    assert fault is not None
    assert fault.code == code
    assert len(products) == before


def test_a_real_catalogue_reads_whole(shared: Path) -> None:
    with (shared / "data" / "esci" / "products.jsonl.gz").open("rb") as feed:
        rows = list(read_products(feed, mapping=ESCI))
    products = [row.product for row in rows if isinstance(row, ProductRow)]
    assert len(products) == len(rows) == 6764
    assert sum(one.price is not None for one in products) == 1990
    assert sum(bool(one.bullets) for one in products) == 6416
    assert {one.language for one in products} == {"en", "es"}


@given(st.binary(max_size=300), st.sampled_from([b"", b"[", b"{", b"<rss><item>", b"a,b\n", b"\x1f\x8b\x08\x00"]))
def test_any_bytes_give_rows_or_a_feed_error(data: bytes, start: bytes) -> None:
    read(start + data)

from __future__ import annotations

import csv
import gzip
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.catalog import (
    FeedLimits,
    ProductRow,
    RejectedRow,
    ReviewRow,
    content_hash,
    offer_hash,
    read_products,
    read_reviews,
    scan,
)
from kg.model import Price
from shelfgraph.errors import FeedError, InvalidRequestError

if TYPE_CHECKING:
    from kg.model import Product

ESCI = {"product_id": "asin", "bullets": "bullet_points", "product_type": "category", "image_url": "image"}


def read(data: bytes | str, **options: Any) -> tuple[list[Product], list[RejectedRow], FeedError | None]:
    """Products, refused rows, and the fault that ended the feed."""
    products: list[Product] = []
    refused: list[RejectedRow] = []
    lines: list[int] = []
    fault = None
    try:
        for row in read_products(io.BytesIO(data.encode() if isinstance(data, str) else data), **options):
            lines.append(row.line)
            if isinstance(row, RejectedRow):
                refused.append(row)
            else:
                products.append(row.product)
    except FeedError as error:
        fault = error
    assert lines == sorted(set(lines))
    return products, refused, fault


def lines_of(*rows: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def product(number: int, **fields: Any) -> dict[str, Any]:
    return {"product_id": f"P-{number}", "title": f"Product {number}", **fields}


MERCHANT = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title><link>https://shop.example</link>
<item><g:id>A1</g:id><title>Plain</title><g:title>Kettle &amp; lid</g:title>
<g:description>&lt;p&gt;Boils&lt;/p&gt;</g:description><g:link>https://shop.example/a1</g:link><g:image_link>https://shop.example/a1.jpg</g:image_link>
<g:price>1,299.00 USD</g:price><g:sale_price>999.00 USD</g:sale_price><g:availability>in stock</g:availability>
<g:brand>Pellimar</g:brand><g:gtin>00012345678905</g:gtin><g:color>Red</g:color><g:item_group_id>A</g:item_group_id>
<g:product_type>Home &gt; Kitchen &gt; Kettles</g:product_type><g:product_type>Sale</g:product_type>
<g:product_highlight>Fast</g:product_highlight><g:product_highlight>Quiet</g:product_highlight>
<g:product_detail><g:section_name>General</g:section_name>
<g:attribute_name>Weight</g:attribute_name><g:attribute_value>1 kg</g:attribute_value></g:product_detail>
<g:shipping><g:country>US</g:country><g:price>5 USD</g:price></g:shipping></item>
<item><g:id>A2</g:id><g:title>No price given</g:title></item>
<item><g:title>No id</g:title></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0"><title>Shop</title>
<entry><id>tag:shop.example,1</id><g:id>B1</g:id><title>Teapot</title><summary>x</summary><link href="https://shop.example/b1"/>
<g:price>9.50 EUR</g:price></entry></feed>"""
SHOPIFY = (
    "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,"
    "Option2 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,"
    "Variant Compare At Price,Variant Barcode,Image Src,Variant Image,Status\n"
    'tee,Linen Tee,"<p>Soft,\n""airy""</p>",Nattvell,Apparel > Shirts,Tees,x,true,Color,Red,Size,M,S1,'
    "shopify,0,deny,20.00,25.00,"
    "'4006381333931,https://cdn.example/1.jpg,,active\n"
    "tee,,,,,,,,,Blue,,L,S2,shopify,4,deny,20.00,,,https://cdn.example/2.jpg,https://cdn.example/b.jpg,\n"
    "tee,,,,,,,,,,,,,,,,,,,https://cdn.example/3.jpg,,\n"
    "soap,Bar Soap,Plain,Clerrow,,Soap,,true,Title,Default Title,,,,,,,4.50,,,,,active\n"
    "old,Old Thing,,,,,,true,Title,Default Title,,,,,,,1.00,,,,,archived\n"
    ",Lost,,,,,,,,,,,,,,,1.00,,,,,\n"
)


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


def test_nulls_and_utf16_are_coped_with() -> None:
    assert read(b'{"product_id":"1","title":"N\x00ul"}\n')[0][0].title == "Nul"
    assert read(b'{"product_id":"1","title":"N\\u0000ul"}\n')[0][0].title == "Nul"
    text = 'product_id\ttitle\n1\tCafé 壶\n2\t"Quoted"\n'
    for encoding in ("utf-16", "utf-8-sig"):
        assert [one.title for one in read(text.encode(encoding))[0]] == ["Café 壶", "Quoted"]
    assert read(text.encode("utf-16-be"))[2].code == "catalog.feed_not_text"  # type: ignore[union-attr]


def test_merchant_xml() -> None:
    products, refused, fault = read(MERCHANT)
    assert fault is None
    first = products[0]
    assert (first.product_id, first.title, first.description) == ("A1", "Kettle & lid", "<p>Boils</p>")
    assert first.price == Price(Decimal("1299.00"), "USD")
    assert first.sale_price == Price(Decimal("999.00"), "USD")
    assert first.availability == "in_stock"
    assert first.product_type == ("Home", "Kitchen", "Kettles")
    assert first.bullets == ("Fast", "Quiet", "Weight: 1 kg")
    assert (first.item_group_id, first.gtin, first.color) == ("A", "00012345678905", "Red")
    assert (first.url, first.image_url) == ("https://shop.example/a1", "https://shop.example/a1.jpg")
    assert products[1].price is None
    assert [(row.line, row.code) for row in refused] == [(3, "catalog.id_missing")]


def test_atom() -> None:
    products, _, fault = read(ATOM)
    assert fault is None
    assert (products[0].product_id, products[0].title, products[0].url) == ("B1", "Teapot", "https://shop.example/b1")


def test_merchant_tsv() -> None:
    feed = "id\ttitle\timage link\tprice\tproduct type\tgoogle_product_category\n"
    feed += "1\tCup\thttps://x.example/c\t5.00 USD\t\tA > B\n"
    only = read(feed)[0][0]
    assert (only.product_id, only.image_url, only.product_type) == ("1", "https://x.example/c", ("A", "B"))


def test_xml_in_another_encoding_and_with_broken_bytes() -> None:
    latin = '<?xml version="1.0" encoding="ISO-8859-1"?><rss><item><id>1</id><title>Café</title></item></rss>'
    assert read(latin.encode("latin-1"))[0][0].title == "Café"
    assert read(latin.replace("ISO-8859-1", "UTF-16").encode("utf-16"))[0][0].title == "Café"
    broken = b"<rss><item><id>1</id><title>Caf\xe9</title></item><item><id>2</id><title>B\x0b</title></item></rss>"
    products, refused, fault = read(broken)
    assert fault is None
    assert [one.product_id for one in products] == ["2"]
    assert [(row.field, row.code) for row in refused] == [("title", "catalog.encoding_invalid")]


def test_shopify() -> None:
    products, refused, fault = read(SHOPIFY)
    assert fault is None
    red, blue, soap = products
    assert (red.title, red.description, red.brand) == ("Linen Tee", '<p>Soft,\n"airy"</p>', "Nattvell")
    assert (red.product_id, blue.product_id, soap.product_id) == ("tee/Red/M", "tee/Blue/L", "soap")
    assert red.item_group_id == blue.item_group_id == "tee"
    assert soap.item_group_id is None
    assert (red.color, red.size, blue.color) == ("Red", "M", "Blue")
    assert (red.price, red.sale_price) == (Price(Decimal("25.00")), Price(Decimal("20.00")))
    assert (red.availability, blue.availability) == ("out_of_stock", "in_stock")
    assert red.product_type == ("Apparel", "Shirts", "Tees")
    assert (red.gtin, blue.image_url) == ("4006381333931", "https://cdn.example/b.jpg")
    assert blue.description == red.description
    assert [(row.line, row.code) for row in refused] == [(7, "catalog.not_published"), (8, "catalog.id_missing")]


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


def test_a_cut_gzip_gives_the_rows_before_the_cut() -> None:
    rows = lines_of(*(product(n, description=str(n) * 50) for n in range(20_000)))
    whole = gzip.compress(rows)
    products, refused, fault = read(whole[: len(whole) // 2])
    assert fault is not None
    assert fault.code == "catalog.feed_truncated"
    assert 5_000 < len(products) < 15_000
    assert refused == []
    assert products == read(rows)[0][: len(products)]
    short = gzip.compress(lines_of(product(1), product(2)))
    assert read(short[:-4])[2].code == "catalog.feed_truncated"  # type: ignore[union-attr]
    assert len(read(short[:-4])[0]) == 2


def test_a_damaged_gzip_is_a_fault() -> None:
    whole = bytearray(gzip.compress(lines_of(*(product(n, description=str(n) * 50) for n in range(5_000)))))
    whole[-6] ^= 0xFF
    assert read(bytes(whole))[2].code == "catalog.feed_corrupt"  # type: ignore[union-attr]


def test_bombs_are_stopped() -> None:
    bomb = gzip.compress(b'{"product_id":"1","title":"a"}\n' + b" " * 80_000_000)
    products, _, fault = read(bomb)
    assert [one.product_id for one in products] == ["1"]
    assert fault is not None
    assert fault.code == "catalog.feed_bomb"
    rows = lines_of(*(product(n) for n in range(1000)))
    products, _, fault = read(rows, limits=FeedLimits(max_bytes=1000))
    assert fault is not None
    assert fault.code == "catalog.feed_too_large"


def test_scan_finds_what_is_replaced() -> None:
    feed = lines_of(
        product(1, title="old"), product(2), {"title": "no id"}, product(1, title="new"), product(1, price="x")
    )
    with scan(io.BytesIO(feed)) as found:
        assert (found.rows, found.rejected, found.superseded_count, found.fault) == (5, 2, 1, None)
        assert [found.superseded(line) for line in (1, 2, 4)] == [True, False, False]
        assert found.has_id("P-1")
        assert not found.has_id("P-3")
        products, refused, _ = read(feed, superseded=found.superseded)
    assert [one.title for one in products] == ["Product 2", "new"]
    assert refused[0].code == "catalog.duplicate_id"
    assert '"old"' in refused[0].row


def test_scan_keeps_the_fault_and_what_came_before() -> None:
    with scan(io.BytesIO(b'[{"product_id":"1","title":"a"},{"prod')) as found:
        assert found.rows == 1
        assert found.fault is not None
        assert found.fault.code == "catalog.feed_truncated"


def test_hashes_tell_content_from_offer() -> None:
    base = read(lines_of(product(1, price={"amount": 12.9, "currency": "USD"}, brand="B")))[0][0]
    same = read(lines_of(product(1, price="12.90 USD", brand="B")))[0][0]
    cheaper = read(lines_of(product(1, price="11.90 USD", brand="B")))[0][0]
    renamed = read(lines_of(product(1, price="12.90 USD", brand="C")))[0][0]
    moved = read(lines_of(product(1, price="12.90 USD", color="B")))[0][0]
    assert (content_hash(base), offer_hash(base)) == (content_hash(same), offer_hash(same))
    assert content_hash(base) == content_hash(cheaper)
    assert offer_hash(base) != offer_hash(cheaper)
    assert len({content_hash(one) for one in (base, renamed, moved)}) == 3


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

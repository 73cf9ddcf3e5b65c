from __future__ import annotations

from decimal import Decimal

from kg.model import Price

from .feeds import MERCHANT, read

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0"><title>Shop</title>
<entry><id>tag:shop.example,1</id><g:id>B1</g:id><title>Teapot</title><summary>x</summary><link href="https://shop.example/b1"/>
<g:price>9.50 EUR</g:price></entry></feed>"""


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

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from kg.catalog import RejectedRow, read_products
from shelfgraph.errors import FeedError

if TYPE_CHECKING:
    from kg.model import Product


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

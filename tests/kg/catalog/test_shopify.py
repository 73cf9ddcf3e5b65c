from __future__ import annotations

from decimal import Decimal

from kg.model import Price

from .feeds import read

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

"""Products: evidence, pushes, conditions, and ids of any kind."""

from __future__ import annotations

import threading
from typing import Any
from urllib.parse import quote

import pytest

LAMP = {
    "product_id": "L-1",
    "title": "Orvask Desk Lamp, Red",
    "description": "A steel lamp. Not waterproof.",
    "bullets": ["Weighs 1.2 kg"],
    "brand": "Orvask",
    "color": "Red",
    "price": {"amount": 24.9, "currency": "EUR"},
    "availability": "in_stock",
    "language": "en",
}


def test_put_creates_then_replaces_and_evidence_points_into_the_raw_text(admin: Any) -> None:
    created = admin.put("/v1/products/L-1", json=LAMP)
    assert created.status_code == 201, created.text
    assert created.headers["Location"] == "/v1/products/L-1"
    assert admin.put("/v1/products/L-1", json=LAMP).status_code == 200
    product = admin.get("/v1/products/L-1").json
    assert {name: product[name] for name in LAMP} == LAMP
    assert ("BRAND", "Orvask") in {(fact["relation"], fact["value"]) for fact in product["facts"]}
    assert any(fact["polarity"] == "negated" for fact in product["facts"])
    for fact in product["facts"]:
        assert fact["evidence"]
        for one in fact["evidence"]:
            raw = product["bullets"][0] if one["field"] == "bullets[0]" else product[one["field"]]
            assert raw[one["start"] : one["end"]] == one["text"]
            assert 0 < one["confidence"] <= 1
            assert one["extractor"]


def test_a_pushed_product_can_be_found_within_a_second(admin: Any) -> None:
    version = admin.put("/v1/products/L-1", json=LAMP).json["catalogue_version"]
    found = admin.get(f"/v1/search?q=desk+lamp&min_version={version}")
    assert found.status_code == 200, found.text
    assert [hit["product_id"] for hit in found.json["results"]] == ["L-1"]
    assert found.json["catalogue_version"] >= version


def test_the_same_put_again_changes_nothing(admin: Any) -> None:
    first = admin.put("/v1/products/L-1", json=LAMP).json
    assert admin.put("/v1/products/L-1", json=LAMP).json["catalogue_version"] == first["catalogue_version"]


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({}, 422, "catalog.title_missing", "title"),
        ({"title": "x", "price": "cheap"}, 422, "catalog.price_invalid", "price"),
        ({"title": "x", "url": "javascript:alert(1)"}, 422, "catalog.url_invalid", "url"),
        ({"title": "x", "description": "y" * 200_000}, 422, "catalog.field_too_long", "description"),
        ({"title": "x", "product_id": "other"}, 422, "product.id_mismatch", None),
        ({"title": "x", "weight": 3}, 400, "request.unknown_field", None),
        ({"title": ["x"]}, 422, "catalog.field_type", "title"),
    ],
)
def test_a_push_obeys_the_rules_of_a_row(
    admin: Any, refused: Any, body: dict[str, Any], status: int, code: str, field: str | None
) -> None:
    problem = refused(admin.put("/v1/products/L-1", json=body), status, code)
    if field:
        assert problem["field"] == field
    refused(admin.get("/v1/products/L-1"), 404, "product.not_found")


def test_patch_of_an_offer_reads_and_embeds_nothing_again(admin: Any, services: Any) -> None:
    admin.put("/v1/products/L-1", json=LAMP)
    before = admin.get("/v1/products/L-1").json
    state = services.graph.products.states(["L-1"])["L-1"]
    patched = admin.patch("/v1/products/L-1", json={"price": {"amount": 19.5, "currency": "EUR"}, "availability": None})
    assert patched.status_code == 200, patched.text
    assert patched.json["price"] == {"amount": 19.5, "currency": "EUR"}
    assert patched.json["availability"] is None
    assert patched.json["facts"] == before["facts"]
    assert patched.json["catalogue_version"] > before["catalogue_version"]
    after = services.graph.products.states(["L-1"])["L-1"]
    assert after.content_hash == state.content_hash
    assert after.offer_hash != state.offer_hash


def test_patch_of_text_closes_facts_that_are_gone(admin: Any) -> None:
    admin.put("/v1/products/L-1", json=LAMP)
    patched = admin.patch("/v1/products/L-1", json={"color": None, "title": "Orvask Desk Lamp"}).json
    assert "Red" not in {fact["value"] for fact in patched["facts"]}
    closed = admin.get("/v1/products/L-1?history=true").json["closed_facts"]
    assert "COLOR" in {fact["relation"] for fact in closed}
    assert "closed_facts" not in patched or patched["closed_facts"] is None


@pytest.mark.parametrize(
    ("patch", "status", "code"),
    [
        ({"title": None}, 422, "catalog.title_missing"),
        ({"product_id": "M"}, 400, "request.unknown_field"),
        ({"price": -1}, 422, "catalog.price_invalid"),
    ],
)
def test_a_patch_that_breaks_the_product_is_refused(
    admin: Any, refused: Any, patch: dict[str, Any], status: int, code: str
) -> None:
    admin.put("/v1/products/L-1", json=LAMP)
    refused(admin.patch("/v1/products/L-1", json=patch), status, code)
    assert admin.get("/v1/products/L-1").json["title"] == LAMP["title"]


def test_etags_spare_a_download_and_stop_a_lost_update(admin: Any, refused: Any) -> None:
    tag = admin.put("/v1/products/L-1", json=LAMP).headers["ETag"]
    assert admin.get("/v1/products/L-1").headers["ETag"] == tag
    same = admin.get("/v1/products/L-1", headers={"If-None-Match": tag})
    assert (same.status_code, same.data) == (304, b"")
    changed = admin.patch("/v1/products/L-1", json={"price": 5}, headers={"If-Match": tag})
    assert changed.status_code == 200
    again = admin.patch("/v1/products/L-1", json={"price": 6}, headers={"If-Match": tag})
    refused(again, 412, "request.precondition_failed")
    refused(admin.put("/v1/products/L-1", json=LAMP, headers={"If-Match": tag}), 412, "request.precondition_failed")
    refused(admin.delete("/v1/products/L-1", headers={"If-Match": tag}), 412, "request.precondition_failed")
    exists = admin.put("/v1/products/L-1", json=LAMP, headers={"If-None-Match": "*"})
    refused(exists, 412, "request.precondition_failed")
    assert admin.get("/v1/products/L-1").json["price"]["amount"] == 5


def test_patches_of_different_fields_at_once_are_both_kept(admin: Any) -> None:
    admin.put("/v1/products/L-1", json=LAMP)
    changes = [{"price": 7}, {"availability": "out_of_stock"}, {"gtin": "4006381333931"}, {"condition": "used"}]
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda one=one: statuses.append(admin.patch("/v1/products/L-1", json=one).status_code))
        for one in changes
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 4
    product = admin.get("/v1/products/L-1").json
    assert product["price"]["amount"] == 7
    assert (product["availability"], product["gtin"], product["condition"]) == ("out_of_stock", "4006381333931", "used")


def test_delete_removes_it_from_the_graph_and_the_index(admin: Any, refused: Any) -> None:
    admin.put("/v1/products/L-1", json=LAMP)
    gone = admin.delete("/v1/products/L-1")
    assert gone.json["deleted"] is True
    refused(admin.get("/v1/products/L-1"), 404, "product.not_found")
    refused(admin.delete("/v1/products/L-1"), 404, "product.not_found")
    found = admin.get(f"/v1/search?q=desk+lamp&min_version={gone.json['catalogue_version']}")
    assert found.json["results"] == []


@pytest.mark.parametrize(
    "product_id", ["a/b", "a/graph", "100%", "a%2Fb", "ü 商品", "a//b", "a?b#c", "a+b", "..%2f", "related", "x y;z=1,&"]
)
def test_any_id_can_be_written_and_read(admin: Any, product_id: str) -> None:
    path = f"/v1/products/{quote(product_id, safe='')}"
    created = admin.put(path, json={"title": "A thing"})
    assert created.status_code == 201, created.text
    assert admin.get(path).json["product_id"] == product_id
    assert admin.get(f"{path}/graph").json["nodes"][0]["name"] == "A thing"
    assert admin.get(f"{path}/reviews").json == {"results": [], "next_cursor": None}
    assert admin.get(f"{path}/related").status_code == 200
    assert admin.delete(path).status_code == 200


def test_raw_slashes_are_taken_as_part_of_an_id(admin: Any) -> None:
    admin.put("/v1/products/shoes%2Fred%2F42", json={"title": "A shoe"})
    assert admin.get("/v1/products/shoes/red/42").json["product_id"] == "shoes/red/42"
    assert admin.get("/v1/products/shoes/red/42/reviews").status_code == 200


def test_lists_page_through_everything_once(admin: Any, shop: Any) -> None:
    seen: list[str] = []
    cursor = ""
    while True:
        page = admin.get(f"/v1/products?limit=7{cursor}").json
        seen += [product["product_id"] for product in page["results"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len(seen) == len(set(seen)) == shop.graph.products.count()
    assert seen == sorted(seen)


def test_reviews_and_neighbourhood_of_the_sample_shop(admin: Any, shop: Any) -> None:
    del shop
    reviews = admin.get("/v1/products/HK-1001/reviews?limit=1").json
    assert reviews["results"][0]["review_id"].startswith("R-HK-1001")
    assert reviews["next_cursor"]
    drawing = admin.get("/v1/products/HK-1001/graph").json
    ids = {node["id"] for node in drawing["nodes"]}
    assert {edge["source"] for edge in drawing["edges"]} | {edge["target"] for edge in drawing["edges"]} <= ids
    assert len(admin.get("/v1/products/HK-1001/graph?limit=5").json["nodes"]) <= 5


def test_related_products_say_why(admin: Any, shop: Any) -> None:
    del shop
    related = admin.get("/v1/products/HK-1001/related?limit=10").json["results"]
    assert "HK-1001" not in {one["product_id"] for one in related}
    assert all(one["reasons"] for one in related)
    variants = admin.get("/v1/products/HK-1001/related?kind=variant").json["results"]
    assert {one["product_id"] for one in variants} == {"HK-1002", "HK-1003"}


def test_unknown_kinds_of_related_are_refused(admin: Any, shop: Any, refused: Any) -> None:
    del shop
    refused(admin.get("/v1/products/HK-1001/related?kind=cousin"), 400, "request.invalid")

"""Attributes by any name, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

KETTLE = {
    "product_id": "K/1",
    "title": "Orvask Electric Kettle 1.7 L",
    "bullets": ["1500 W", "Cord length 80 cm"],
    "color": "White",
    "language": "en",
}


@pytest.fixture
def kettle(admin: Any) -> Any:
    assert admin.put("/v1/products/K%2F1", json=KETTLE).status_code == 201
    return admin


def test_each_name_has_an_answer_in_order(kettle: Any) -> None:
    found = kettle.get("/v1/products/K%2F1/attributes?name=Wattage&name=Color&name=Thread+Count")
    assert found.status_code == 200, found.text
    assert found.json["product_id"] == "K/1"
    wattage, color, threads = found.json["results"]
    assert (wattage["name"], wattage["status"], wattage["value"]) == ("Wattage", "stated", "1500 W")
    evidence = wattage["evidence"]
    assert KETTLE["bullets"][0][evidence["start"] : evidence["end"]] == evidence["text"] == "1500 W"
    assert (evidence["source"], evidence["field"]) == ("text", "bullets[0]")
    assert (color["value"], color["evidence"]["source"]) == ("White", "feed")
    assert threads == {"name": "Thread Count", "status": "absent", "value": None, "evidence": None}


@pytest.mark.parametrize("query", ["", "?name=", "?name=%20", f"?name={'x' * 101}", "?" + "&name=x" * 21])
def test_names_are_asked_for_and_few(kettle: Any, refused: Any, query: str) -> None:
    refused(kettle.get(f"/v1/products/K%2F1/attributes{query}"), 400, "request.invalid")


def test_a_product_that_is_not_there(admin: Any, refused: Any) -> None:
    refused(admin.get("/v1/products/nope/attributes?name=Color"), 404, "product.not_found")


def test_a_language_that_is_not_read(admin: Any) -> None:
    admin.put("/v1/products/K-2", json={"product_id": "K-2", "title": "Wasserkocher 1,7 l", "language": "de"})
    found = admin.get("/v1/products/K-2/attributes?name=Wattage")
    assert found.json["results"] == [{"name": "Wattage", "status": "not_read", "value": None, "evidence": None}]


def test_many_names_of_a_long_text(admin: Any, refused: Any) -> None:
    admin.put("/v1/products/K-3", json={"product_id": "K-3", "title": "Kettle", "description": "A kettle. " * 2_000})
    names = "&".join(f"name=Name+{index}" for index in range(20))
    refused(admin.get(f"/v1/products/K-3/attributes?{names}"), 422, "attributes.too_much_to_read")

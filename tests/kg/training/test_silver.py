from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from kg.evaluation import read_labelled
from kg.training.silver import LABELS, silver_rows
from shelfgraph.errors import InvalidRequestError

CATALOGUE = Path(__file__).resolve().parents[4] / "shared" / "data" / "esci" / "products.jsonl.gz"
PRODUCT = {"asin": "A", "title": "Oak shelf", "bullet_points": "\n2  boards\nNo tools needed", "description": "Light. "}


def _written(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def _label(text: str) -> dict[str, object]:
    return {
        "id": "A",
        "lines": [[0, 9], [2, 8], [3, 6]],
        "sha256": hashlib.sha256(text.encode()).hexdigest()[:16],
        "relations": [["TYPE", "affirmed", 4, 9], ["REQUIRES", "negated", 13, 18]],
        "attributes": {"Tools": [[13, 18]], "Width": []},
    }


def test_labels_are_joined_to_the_lines_that_they_are_about(tmp_path: Path) -> None:
    products = _written(tmp_path / "products.jsonl", PRODUCT)
    (row,) = silver_rows(products, _written(tmp_path / "labels.jsonl", _label("Oak shelf\nNo tools\nLight.")))
    assert row["text"] == "Oak shelf\nNo tools\nLight."
    assert [(one["relation"], one["value"]) for one in row["relations"]] == [("TYPE", "shelf"), ("REQUIRES", "tools")]
    assert row["attributes"] == {"Tools": ["tools"], "Width": []}
    assert len(list(read_labelled(_written(tmp_path / "rows.jsonl", row)))) == 1


def test_a_product_may_have_several_marked_texts(tmp_path: Path) -> None:
    products = _written(tmp_path / "products.jsonl", PRODUCT)
    first = _label("Oak shelf\nNo tools\nLight.")
    labels = _written(tmp_path / "labels.jsonl", first, {**first, "id": "A#2", "product": "A"})
    assert [(row["id"], row["text"]) for row in silver_rows(products, labels)] == [
        ("A", "Oak shelf\nNo tools\nLight."), ("A#2", "Oak shelf\nNo tools\nLight."),
    ]  # fmt: skip


def test_texts_to_measure_by_stand_apart(tmp_path: Path) -> None:
    products = _written(tmp_path / "products.jsonl", PRODUCT)
    label = _label("Oak shelf\nNo tools\nLight.")
    labels = _written(tmp_path / "labels.jsonl", label, {**label, "id": "A#2", "product": "A", "held_out": True})
    assert [row["id"] for row in silver_rows(products, labels)] == ["A"]
    assert [row["id"] for row in silver_rows(products, labels, held_out=True)] == ["A#2"]


@pytest.mark.parametrize("product", [{**PRODUCT, "asin": "B"}, {"title": "no id"}, {**PRODUCT, "title": "Elm shelf"}])
def test_labels_of_another_text_are_refused(tmp_path: Path, product: dict[str, str]) -> None:
    products = _written(tmp_path / "products.jsonl", product)
    labels = _written(tmp_path / "labels.jsonl", _label("Oak shelf\nNo tools\nLight."))
    with pytest.raises(InvalidRequestError) as caught:
        list(silver_rows(products, labels))
    assert caught.value.code == "training.silver_mismatch"


@pytest.mark.parametrize(
    ("name", "listings", "a_listing"),
    [
        ("zh.silver.jsonl.gz", 1360, 25),
        ("zh.held_out.silver.jsonl.gz", 50, 20),
        ("en.written.silver.jsonl.gz", 960, 20),
    ],
)
def test_the_written_listings_that_ship_are_whole(name: str, listings: int, a_listing: int) -> None:
    rows = list(read_labelled(LABELS.with_name(name)))
    assert len(rows) == listings
    assert sum(len(row["relations"]) for row in rows) > a_listing * len(rows)


@pytest.mark.skipif(not CATALOGUE.is_file(), reason="needs ../shared/data/esci, which is not part of the project")
def test_the_english_labels_that_ship_fit_their_catalogue(tmp_path: Path) -> None:
    rows = _written(tmp_path / "silver.jsonl", *silver_rows(CATALOGUE))
    read = list(read_labelled(rows))
    assert len(read) > 7000
    assert sum(len(row["relations"]) for row in read) > 15 * len(read)
    held = list(silver_rows(CATALOGUE, held_out=True))
    assert sum(bool(row["attributes"]) for row in held) == 150
    assert not {row["product"] for row in held} & {row["product"] for row in silver_rows(CATALOGUE)}

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import orjson
import pytest

from kg.model import Product
from search.index import LocalIndex, snapshots
from search.query import parse
from tests.search.conftest import batch, change, gone

if TYPE_CHECKING:
    from collections.abc import Callable

    Make = Callable[..., LocalIndex]

VECTOR = np.eye(8, dtype=np.float32)


def filled(make_index: Make) -> LocalIndex:
    index = make_index(empty=True)
    index.apply(batch(
        change(Product(product_id="A", title="Blue kettle", brand="Pell"), 1, embedding=VECTOR[0]),
        change(Product(product_id="B", title="Red mug", item_group_id="G"), 2, embedding=VECTOR[1]),
        change(Product(product_id="C", title="Old pan"), 2),
    ))  # fmt: skip
    index.apply(batch(gone("C", 3)))
    return index


def answer(index: LocalIndex) -> list[tuple[str, float]]:
    found = index.search(parse("kettle or mug", vocabulary=index.vocabulary, facets=["brand"]))
    return [(hit.product_id, hit.score) for hit in found.results]


def test_a_snapshot_brings_everything_back(make_index: Make, tmp_path: Path) -> None:
    index = filled(make_index)
    index.save(tmp_path)
    again = make_index(empty=True)
    assert again.load(tmp_path)
    assert (again.version, again.count) == (3, 2)
    assert answer(again) == answer(index)
    assert (
        again.apply(batch(change(Product(product_id="C", title="Old pan"), 2), version=3)) == 1
    )  # a tombstone is forgotten
    assert again.apply(batch(change(Product(product_id="A", title="Green jug"), 4))) == 1
    assert [one for one, _ in answer(again)] == ["B"]


def test_a_newer_snapshot_replaces_the_older(make_index: Make, tmp_path: Path) -> None:
    index = filled(make_index)
    index.save(tmp_path)
    index.apply(batch(change(Product(product_id="D", title="Mug tree"), 9)))
    index.save(tmp_path)
    index.save(tmp_path)
    assert [entry.name for entry in tmp_path.glob("snapshot-*")] == ["snapshot-9"]
    assert list(tmp_path.glob(".saving-*")) == []


@pytest.mark.parametrize("file", ["rows.jsonl", "meta.json", "vectors-0.npz", "vectors-0.usearch", "lexical/meta.json"])
@pytest.mark.parametrize("how", ["cut", "gone", "garbled"])
def test_a_torn_snapshot_is_discarded(make_index: Make, tmp_path: Path, file: str, how: str) -> None:
    filled(make_index).save(tmp_path)
    torn = tmp_path / "snapshot-3" / file
    if how == "gone":
        torn.unlink()
    else:
        content = torn.read_bytes()
        torn.write_bytes(content[: len(content) // 2] if how == "cut" else b"\xff" + content[1:])
    index = make_index(empty=True)
    assert not index.load(tmp_path)
    assert (index.version, index.count) == (0, 0)
    assert list(tmp_path.glob("snapshot-*")) == []
    index.apply(batch(change(Product(product_id="A", title="Blue kettle"))))
    assert [one for one, _ in answer(index)] == ["A"]


def test_a_snapshot_of_another_format_is_discarded(make_index: Make, tmp_path: Path) -> None:
    filled(make_index).save(tmp_path)
    meta = tmp_path / "snapshot-3" / "meta.json"
    meta.write_bytes(orjson.dumps(orjson.loads(meta.read_bytes()) | {"format": snapshots.FORMAT + 1}))
    assert not make_index(empty=True).load(tmp_path)


def test_what_dead_processes_left_is_removed(make_index: Make, tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    (tmp_path / f"live-{ended.stdout.decode().strip()}-abc").mkdir()
    (tmp_path / ".saving-abc").mkdir()
    index = make_index(empty=True)
    index.load(tmp_path)
    assert [entry.name.split("-")[1] for entry in tmp_path.glob("live-*")] == [str(os.getpid())]
    assert list(tmp_path.glob(".saving-*")) == []
    index.close()
    assert list(tmp_path.glob("live-*")) == []


def test_the_index_package_may_be_imported_before_anything_else() -> None:
    """usearch imported before onnxruntime ends the process; see search.index.vectors."""
    code = "import search.index, onnxruntime"
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True, env=os.environ | {"PYTHONPATH": str(root)})

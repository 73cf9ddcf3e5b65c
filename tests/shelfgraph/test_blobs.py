from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from shelfgraph.blobs import Blobs
from shelfgraph.errors import NotFoundError, PayloadTooLargeError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(params=["folder", "file url", "memory"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    urls = {"folder": str(tmp_path), "file url": tmp_path.as_uri(), "memory": f"memory://{tmp_path.name}"}
    return Blobs(urls[request.param])


def test_what_was_put_is_read_back(blobs: Blobs) -> None:
    info = blobs.put("imports/imp_1/body", [b"one ", b"two"])
    assert (info.size, info.sha256) == (7, hashlib.sha256(b"one two").hexdigest())
    with blobs.open("imports/imp_1/body") as file:
        assert file.read() == b"one two"


def test_names_are_sorted_and_end_where_they_were_deleted(blobs: Blobs) -> None:
    for number in (3, 1, 2):
        blobs.put(f"imports/a/rejected/{number:06d}.ndjson", [b"x"])
    blobs.delete("imports/a/rejected/000002.ndjson")
    blobs.delete("imports/a/rejected/000002.ndjson")
    assert blobs.names("imports/a/rejected") == [f"imports/a/rejected/00000{number}.ndjson" for number in (1, 3)]
    assert not blobs.exists("imports/a/rejected/000002.ndjson")
    assert blobs.names("imports/nothing") == []


def test_a_body_that_is_too_large_leaves_nothing(blobs: Blobs) -> None:
    with pytest.raises(PayloadTooLargeError) as caught:
        blobs.put("body", [b"12345", b"67890"], max_bytes=9)
    assert caught.value.code == "request.too_large"
    assert not blobs.exists("body")


def test_a_body_that_breaks_off_leaves_what_was_there(tmp_path: Path) -> None:
    blobs = Blobs(str(tmp_path))
    blobs.put("body", [b"first"])

    def broken() -> Iterator[bytes]:
        yield b"second"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        blobs.put("body", broken())
    with blobs.open("body") as file:
        assert file.read() == b"first"
    assert [path.name for path in tmp_path.iterdir()] == ["body"]


@pytest.mark.parametrize("name", ["../secret", "a/../../b", "/etc//passwd", ".hidden", "a/.hidden", "", "a\nb", "a b"])
def test_a_name_never_leaves_the_folder(blobs: Blobs, name: str) -> None:
    with pytest.raises(NotFoundError):
        blobs.put(name, [b"x"])
    with pytest.raises(NotFoundError):
        blobs.open(name)


def test_what_is_not_there_is_said_with_a_code(blobs: Blobs) -> None:
    with pytest.raises(NotFoundError) as caught:
        blobs.open("nothing")
    assert caught.value.code == "blob.not_found"

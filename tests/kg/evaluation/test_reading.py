from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

import pytest

from kg.evaluation.reading import check_target, write_rows
from shelfgraph.errors import InvalidRequestError


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data.jsonl"
    path.write_text("{}\n")
    return path


def test_a_file_that_may_not_be_written_is_refused(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = data.with_name("out.jsonl")
    out.touch()
    check_target(out, data)
    monkeypatch.setattr(os, "access", lambda path, mode: not (path == out and mode == os.W_OK))
    with pytest.raises(InvalidRequestError) as caught:
        check_target(out, data)
    assert caught.value.code == "evaluation.target_unwritable"


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder that nobody may write, as /proc is one")
def test_a_folder_that_may_not_be_written_is_refused(data: Path) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        check_target(Path("/proc/out.jsonl"), data)
    assert caught.value.code == "evaluation.target_unwritable"


def test_checking_leaves_nothing_behind(data: Path) -> None:
    check_target(data.with_name("out.jsonl"), data)
    assert list(data.parent.iterdir()) == [data]


def test_predictions_take_the_place_of_others_only_when_they_are_whole(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = data.with_name("out.jsonl")
    write_rows(out, [{"a": 1}])
    out.chmod(0o640)
    write_rows(out, [{"a": 2}, {"a": 3}])
    assert out.read_bytes() == b'{"a":2}\n{"a":3}\n'
    assert out.stat().st_mode & 0o777 == 0o640
    whole = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        whole(path, content[:4])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InvalidRequestError) as caught:
        write_rows(out, [{"a": 4}])
    assert caught.value.code == "evaluation.target_unwritable"
    assert out.read_bytes() == b'{"a":2}\n{"a":3}\n'
    assert set(data.parent.iterdir()) == {data, out}


@pytest.mark.parametrize("why", [errno.EPERM, errno.EROFS, errno.EBUSY])
def test_a_file_in_a_folder_of_others_is_written_where_it_is(
    why: int, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = data.with_name("out.jsonl")
    out.touch()

    def refuse(*_: Path) -> None:
        raise OSError(why, os.strerror(why))

    monkeypatch.setattr(Path, "replace", refuse)
    write_rows(out, [{"a": 1}])
    assert out.read_bytes() == b'{"a":1}\n'
    assert set(data.parent.iterdir()) == {data, out}


def test_links_and_pipes_are_written_through(data: Path) -> None:
    out, link, pipe = (data.with_name(name) for name in ("out.jsonl", "link.jsonl", "pipe"))
    out.touch()
    link.symlink_to(out)
    write_rows(link, [{"a": 1}])
    assert link.is_symlink()
    assert out.read_bytes() == b'{"a":1}\n'
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write_rows(pipe, [{"a": 2}])
    reader.join(timeout=10)
    assert read == [b'{"a":2}\n']
    assert pipe.is_fifo()

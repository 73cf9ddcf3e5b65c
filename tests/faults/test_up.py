"""`shelfgraph up` itself: what stops it, how it ends, and that the next run recovers."""

from __future__ import annotations

import io
import shutil
import socket
import tarfile
from typing import TYPE_CHECKING

import httpx
import psutil
import pytest

from ..conftest import free_port  # noqa: TID252 - the tests are no package that could be named
from ..stack import Stack  # noqa: TID252 - same

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

FEED = b"".join(b'{"product_id": "P-%d", "title": "Red lamp %d"}\n' % (number, number) for number in range(10))


def _refused(home: Path, port: int, code: str, **environment: str) -> str:
    stack = Stack(home, port, **environment)
    stack.start()
    assert stack.process is not None
    assert stack.process.wait(300) == 1
    said = stack.said()
    [sentence] = [line for line in said.splitlines() if line.startswith("Error: ")]
    assert f"[{code}]" in said
    assert "Traceback" not in said
    assert not psutil.Process().children(recursive=True) or not [
        one for one in psutil.process_iter(["cmdline"]) if str(home) in " ".join(one.info["cmdline"] or ())
    ]
    return sentence


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert str(port) in _refused(tmp_path / "home", port, "setup.port_in_use")


def test_a_folder_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    assert str(tmp_path / "home") in _refused(tmp_path / "home", free_port(), "setup.folder_unusable")


def test_missing_weights_are_one_sentence(tmp_path: Path) -> None:
    missing = str(tmp_path / "no-model")
    sentence = _refused(tmp_path / "home", free_port(), "setup.weights_missing", SHELFGRAPH_EMBEDDING_MODEL=missing)
    assert missing in sentence


def test_a_second_up_on_a_folder_is_one_sentence(stack: Stack, tmp_path: Path) -> None:
    second = Stack(stack.home, free_port())
    second.output = tmp_path / "second.out"
    second.start()
    assert second.process is not None
    assert second.process.wait(300) == 1
    assert "[setup.already_up]" in second.said()
    assert stack.url in second.said()
    assert stack.json("status")["ready"]["ready"]


def test_a_run_ends_without_a_trace_and_the_next_finds_everything(tmp_path: Path, models: Path) -> None:
    stack = Stack(tmp_path / "home", free_port())  # nothing is lent to it: a first run converts its models
    stack.start()
    stack.wait_ready()
    assert (stack.home / "admin.key").stat().st_mode & 0o777 == 0o600
    assert (stack.home.stat().st_mode & 0o777) == 0o700
    assert stack.run("import", "-", stdin=FEED).returncode == 0
    key, started = stack.key, stack.processes()
    assert len(started) > 5
    assert stack.key not in stack.said()
    assert all(key not in " ".join(one.cmdline()) for one in started)
    assert stack.interrupt() == 0
    assert not [one for one in started if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{stack.url}/healthz", trust_env=False)

    archive = tmp_path / "backup.tar.gz"
    assert stack.json("backup", str(archive))["bytes"] > 1000
    assert stack.json("backup", str(archive), status=1)["code"] == "backup.file_exists"
    assert stack.json("restore", str(archive), status=1)["code"] == "restore.catalogue_exists"

    stack.output.unlink()
    stack.start()
    stack.wait_ready()
    assert stack.cpu_seconds() < 60
    assert stack.key == key
    assert stack.json("search", "lamp")["results"]
    assert stack.json("backup", str(tmp_path / "other.tar.gz"), status=1)["code"] == "setup.already_up"

    started = stack.processes()
    assert stack.process is not None
    stack.process.kill()
    stack.process.wait()
    gone, alive = psutil.wait_procs(started, timeout=120)
    assert not [one for one in alive if one.status() != psutil.STATUS_ZOMBIE], gone

    shutil.rmtree(stack.home / "index", ignore_errors=True)  # it is made again from the graph
    stack.output.unlink()
    stack.start()
    stack.wait_ready()
    assert stack.json("status")["products"] == 10
    assert stack.json("search", "lamp")["results"]
    assert stack.interrupt() == 0

    restored = Stack(tmp_path / "restored", free_port())
    assert restored.json("restore", str(archive))["home"] == str(restored.home)
    restored.lend(models)
    restored.start()
    restored.wait_ready()
    assert restored.key == key
    assert restored.json("product", "P-3")["title"] == "Red lamp 3"
    assert restored.interrupt() == 0


def test_a_broken_data_folder_is_one_sentence_and_what_can_be_made_again_is(tmp_path: Path) -> None:
    databases = tmp_path / "home" / "graph" / "databases" / "neo4j"
    databases.mkdir(parents=True)
    (databases / "schema.json").write_bytes(b"\x00\xffnot json")
    (databases / "configuration.json").write_bytes(b"\x00\xffnot json")
    sentence = _refused(tmp_path / "home", free_port(), "setup.graph_died")
    assert str(tmp_path / "home" / "graph") in sentence


@pytest.mark.parametrize("hostile", [None, "../outside", "/outside-of-it", "link"])
def test_an_archive_that_is_none_is_refused(tmp_path: Path, hostile: str | None) -> None:
    (tmp_path / "x.tar.gz").write_bytes(b"not an archive")
    if hostile:
        with tarfile.open(tmp_path / "x.tar.gz", "w:gz") as tar:
            member = tarfile.TarInfo(hostile)
            if hostile == "link":
                member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
            tar.addfile(member, io.BytesIO())
    stack = Stack(tmp_path / "home", free_port())
    assert stack.json("restore", str(tmp_path / "x.tar.gz"), status=1)["code"] == "restore.archive_invalid"
    assert not (stack.home / "graph").exists()
    assert not (tmp_path / "outside").exists()

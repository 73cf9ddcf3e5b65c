from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path

import neo4j
import psutil
import pytest
import redis

from shelfgraph.embedded import ArcadeDB, Valkey
from shelfgraph.errors import SetupError

ROOT = Path(__file__).resolve().parents[2]
_ORPHAN = """
import os, signal, sys
from pathlib import Path
from shelfgraph.embedded import Valkey
server = Valkey(Path(sys.argv[1]))
server.start()
server.wait_ready()
print(server.process.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_broker_keeps_its_messages_through_a_kill(tmp_path: Path) -> None:
    server = Valkey(tmp_path / "broker data")
    process = server.start()
    server.wait_ready()
    client = redis.Redis.from_url(server.url)
    for number in range(200):
        client.rpush("queue", number)
    process.kill()
    process.wait()
    server.start()
    server.wait_ready()
    assert client.llen("queue") == 200
    client.close()
    server.stop()


def test_broker_refuses_without_its_password(tmp_path: Path) -> None:
    with Valkey(tmp_path) as server:
        client = redis.Redis(host="127.0.0.1", port=server.port)
        with pytest.raises(redis.AuthenticationError):
            client.ping()
        client.close()
        assert (tmp_path / "valkey.conf").stat().st_mode & 0o777 == 0o600


def test_second_server_on_a_folder_is_refused_and_the_first_lives(tmp_path: Path) -> None:
    with Valkey(tmp_path) as server:
        with pytest.raises(SetupError) as refusal:
            Valkey(tmp_path).start()
        assert refusal.value.code == "setup.folder_locked"
        assert str(tmp_path) in str(refusal.value)
        assert redis_ping(server.url)


def test_orphan_of_a_killed_supervisor_is_ended_and_the_folder_taken_over(tmp_path: Path) -> None:
    script = subprocess.run(
        [sys.executable, "-c", _ORPHAN, str(tmp_path)], check=False, capture_output=True, text=True, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=240,
    )  # fmt: skip
    assert script.returncode == -signal.SIGKILL, script.stderr
    orphan = psutil.Process(int(script.stdout))
    assert orphan.is_running()
    with Valkey(tmp_path) as server:
        assert redis_ping(server.url)
        assert not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE


def test_port_in_use_is_said(tmp_path: Path) -> None:
    with Valkey(tmp_path / "one") as server:
        with pytest.raises(SetupError) as refusal:
            Valkey(tmp_path / "two", port=server.port).start()
        assert refusal.value.code == "setup.port_in_use"
        assert str(server.port) in str(refusal.value)


def test_full_disk_is_said_before_anything_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    status = namedtuple("status", "f_bavail f_frsize")(10, 4096)  # noqa: PYI024 - the shape of os.statvfs
    monkeypatch.setattr(os, "statvfs", lambda _path: status)
    server = ArcadeDB(tmp_path)
    with pytest.raises(SetupError) as refusal:
        server.start()
    assert refusal.value.code == "setup.no_disk_space"
    assert server.process is None


def test_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way", encoding="utf-8")
    with pytest.raises(SetupError) as refusal:
        Valkey(tmp_path / "data").start()
    assert refusal.value.code == "setup.folder_unusable"


def test_damaged_broker_file_is_set_aside_and_the_next_start_works(tmp_path: Path) -> None:
    with Valkey(tmp_path) as server:
        client = redis.Redis.from_url(server.url)
        client.set("key", "value")
        client.close()
    [file] = (tmp_path / "appendonlydir").glob("*.incr.aof")
    file.write_bytes(b"*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\nrubbish" + b"\x00" * 500)
    damaged = Valkey(tmp_path)
    damaged.start()
    with pytest.raises(SetupError) as death:
        damaged.wait_ready()
    assert death.value.code == "setup.broker_died"
    assert "set aside" in str(death.value)
    with Valkey(tmp_path) as server:
        assert redis_ping(server.url)


def test_graph_password_is_in_no_process_list_and_its_file_is_private(tmp_path: Path) -> None:
    with ArcadeDB(tmp_path / "graph 1", heap="256m", password="pass-word-1") as server:
        assert server.process is not None
        listed = " ".join(psutil.Process(server.process.pid).cmdline())
        assert "pass-word-1" not in listed
        assert (server.folder / "java.args").stat().st_mode & 0o777 == 0o600
        assert bolt_answers(server, "pass-word-1")
    # The password of the next start is another one: the old users are forgotten.
    with ArcadeDB(tmp_path / "graph 1", heap="256m", password="pass-word-2") as server:
        assert bolt_answers(server, "pass-word-2")


def test_graph_that_dies_says_why_and_gives_its_folder_back(tmp_path: Path) -> None:
    server = ArcadeDB(tmp_path, heap="1m")
    server.start()
    with pytest.raises(SetupError) as death:
        server.wait_ready()
    assert death.value.code == "setup.graph_died"
    assert "heap" in str(death.value)
    with ArcadeDB(tmp_path, heap="256m") as again:
        assert again.process is not None


def test_graph_password_that_would_break_the_option_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="letters"):
        ArcadeDB(tmp_path, password="a:b,c;d[e]{f}")


def redis_ping(url: str) -> bool:
    client = redis.Redis.from_url(url)
    try:
        return bool(client.ping())
    finally:
        client.close()


def bolt_answers(server: ArcadeDB, password: str) -> bool:
    env = server.settings_env()
    started = time.monotonic()
    with neo4j.GraphDatabase.driver(env["SHELFGRAPH_GRAPH_URI"], auth=("neo4j", password)) as driver:
        driver.verify_connectivity()
    return time.monotonic() - started < 30

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from shelfgraph.errors import SetupError
from shelfgraph.supervisor import Home
from shelfgraph.supervisor.child import Child, Restarts, tied

if TYPE_CHECKING:
    from pathlib import Path

SLEEP = [sys.executable, "-c", "import time; print('here', flush=True); time.sleep(600)"]


def _sleeper() -> subprocess.Popen[bytes]:
    return subprocess.Popen(SLEEP, stdout=subprocess.DEVNULL)


def test_a_folder_has_one_holder_and_says_who(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    assert home.running() is None
    with home.claim(url="http://127.0.0.1:1"):
        running = Home(home.path).running()
        assert running is not None
        assert running[1] == "http://127.0.0.1:1"
        with pytest.raises(SetupError) as caught, Home(home.path).claim(url=""):
            pass
        assert caught.value.code == "setup.already_up"
        assert "http://127.0.0.1:1" in caught.value.message
    assert home.running() is None


def test_the_key_is_made_once_and_private(tmp_path: Path) -> None:
    home = Home(tmp_path)
    key = home.bootstrap_key()
    assert key.startswith("sg_")
    assert home.bootstrap_key() == key
    assert home.admin_key.stat().st_mode & 0o777 == 0o600
    home.admin_key.write_text("")
    assert home.bootstrap_key() not in {"", key}


def test_what_a_killed_run_left_is_ended_and_nothing_else(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with _sleeper() as left:
        time.sleep(0.1)  # two that start in one tick of the clock could not be told apart below
        with _sleeper() as other:
            home.note_children([left.pid, other.pid])
            record = (tmp_path / "children.json").read_text()
            started = psutil.Process(other.pid).create_time()
            (tmp_path / "children.json").write_text(record.replace(repr(started), repr(started - 5)))
            assert home.end_leftovers() == 1
            assert left.wait(60) is not None
            assert other.poll() is None  # another program that got the same id
            other.kill()
    assert home.end_leftovers() == 0


def test_a_child_ends_with_its_group_and_leaves_a_log(tmp_path: Path) -> None:
    heard: list[tuple[str, str]] = []
    log = tmp_path / "test.log"
    child = Child("The test", SLEEP, environment={}, log_path=log, echo=lambda *one: heard.append(one))
    child.start()
    deadline = time.monotonic() + 60
    while not heard and time.monotonic() < deadline:
        time.sleep(0.02)
    assert child.poll() is None
    child.stop(60)
    assert child.poll() == -signal.SIGTERM
    assert child.tail() == "here"
    assert log.read_text() == "here\n"
    assert heard == [("The test", "here")]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a child to its parent")
def test_a_child_dies_with_a_killed_parent(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import subprocess, sys, time\n"
        "from shelfgraph.supervisor.child import tied\n"
        f"child = subprocess.Popen(tied({SLEEP!r}), stdout=subprocess.DEVNULL, start_new_session=True)\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        time.sleep(0.5)
        parent.kill()
    gone, _ = psutil.wait_procs([child], timeout=60)
    assert gone


def test_a_command_whose_parent_is_gone_does_not_start() -> None:
    command = tied([sys.executable, "-c", "print('started')"])
    command[3] = "1"  # not its parent
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, b"")


def test_restarts_come_later_each_time_and_end() -> None:
    restarts = Restarts(limit=4, window=60)
    assert [restarts.died() for _ in range(4)] == [0.5, 1.0, 2.0, None]


def test_deaths_long_ago_are_forgotten() -> None:
    restarts = Restarts(limit=3, window=0.1)
    for _ in range(5):
        assert restarts.died() == 0.5
        time.sleep(0.12)

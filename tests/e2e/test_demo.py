"""`make demo` as the README tells it: what it prints can be run, and a second run changes nothing."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import psutil
import pytest

from ..conftest import free_port  # noqa: TID252 - the tests are no package that could be named
from ..stack import ROOT, Stack, generator_server  # noqa: TID252 - same

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def _commands(said: str) -> list[list[str]]:
    return [shlex.split(line) for line in said.splitlines() if line.strip().startswith("curl ")]


def test_the_demo_runs_twice(tmp_path: Path, models: Path) -> None:
    command = [sys.executable, "-m", "shelfgraph.demo"]
    with generator_server() as url:
        demo = Stack(tmp_path / "home", free_port(), command=command, SHELFGRAPH_GENERATOR_URL=url)
        demo.lend(models)
        demo.start()
        demo.wait_for("Ctrl-C ends everything", 400)
        first = demo.said()
        assert "catalog.jsonl: 260 products accepted, 0 rejected" in first
        assert "reviews.jsonl: 1112 reviews accepted, 0 rejected" in first
        assert str(demo.home / "admin.key") in first
        assert f"{demo.url}/" in first
        curls = _commands(first)
        assert len(curls) == 3
        for curl in curls:
            done = subprocess.run(curl, capture_output=True, check=True)
            answer = json.loads(done.stdout)
            assert answer.get("results") or answer.get("parts"), answer
        jobs, imports = demo.json("jobs")["results"], demo.json("imports")["results"]
        version = demo.json("status")["catalogue_version"]
        assert {job["kind"] for job in jobs} == {"ad_copy", "review_summary"}
        started = demo.processes()
        assert demo.interrupt() == 0
        assert not [one for one in started if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]

        demo.output.unlink()
        demo.start()
        demo.wait_for("Ctrl-C ends everything", 300)
        assert demo.cpu_seconds() < 60
        assert demo.json("status")["catalogue_version"] == version
        assert demo.json("jobs")["results"] == jobs
        assert [one["import_id"] for one in demo.json("imports")["results"]] == [one["import_id"] for one in imports]
        assert _commands(demo.said()) == curls
        assert demo.interrupt() == 0


def test_make_help_names_every_target() -> None:
    told = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    targets = set(re.findall(r"^  make (\w+)", told, re.MULTILINE))
    assert {"install", "demo", "test", "up", "lint", "bench", "clean", "help"} <= targets

from __future__ import annotations

import os
import subprocess
import sys


def test_the_threads_of_models_wait_asleep_unless_the_user_says_otherwise() -> None:
    """Spinning threads of torch take the cores from each other: an ad took minutes on two shared cores."""
    code = "import shelfgraph.wiring, os; print(os.environ['OMP_WAIT_POLICY'])"
    environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}

    def policy(**more: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment | more, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    assert policy() == "PASSIVE"
    assert policy(OMP_WAIT_POLICY="ACTIVE") == "ACTIVE"

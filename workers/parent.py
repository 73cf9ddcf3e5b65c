"""A worker's children end with it, even when it is killed: two of them must never hold one claim."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def end_with_parent(**_: object) -> None:
    """Have the kernel kill this process when its parent dies (Linux; elsewhere the closed pipe ends it later)."""
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)

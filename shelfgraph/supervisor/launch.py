"""Run a command that ends when its parent does: ``python launch.py PARENT_PID SIGNAL COMMAND…``.

A script, not a module: it must start in milliseconds, so it imports nothing of ours. The kernel's promise survives the
exec. Where the kernel has none (macOS) the next start ends what was left behind.
"""

from __future__ import annotations

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Ask the kernel for the signal, then become the command."""
    parent, signal_number, *command = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(signal_number))
        if os.getppid() != int(parent):  # it died before we asked
            sys.exit(1)
    os.execv(command[0], command)  # noqa: S606 - the command line is the supervisor's own


if __name__ == "__main__":
    main()

#!/usr/bin/env python
"""Health of a container, as exit status: ``healthcheck api`` or ``healthcheck worker QUEUE``."""

from __future__ import annotations

import os
import socket
import sys
import urllib.request

_TIMEOUT = 4.0


def _api() -> bool:
    ask = urllib.request.Request(
        "http://127.0.0.1:8080/readyz", headers={"Authorization": f"Bearer {os.environ['SHELFGRAPH_API_KEY']}"}
    )
    with urllib.request.urlopen(ask, timeout=_TIMEOUT) as answer:  # noqa: S310 - the address is the one above
        return bool(answer.status == 200)  # noqa: PLR2004 - the status itself


def _worker(queue: str) -> bool:
    """Whether the worker answers over the broker; that it is merely alive is not enough."""
    from celery import Celery  # type: ignore[import-untyped]  # noqa: PLC0415 - the API's check does without

    app = Celery(broker=os.environ["SHELFGRAPH_BROKER_URL"])
    return bool(app.control.inspect([f"{queue}@{socket.gethostname()}"], timeout=_TIMEOUT).ping())


def main() -> int:
    """Return the exit status."""
    try:
        healthy = _api() if sys.argv[1] == "api" else _worker(sys.argv[2])
    except Exception as error:  # noqa: BLE001 - whatever it is, the container is not healthy
        print(type(error).__name__, error)  # noqa: T201 - what `docker inspect` shows
        return 1
    return 0 if healthy else 1


if __name__ == "__main__":
    sys.exit(main())

"""The version of what is installed."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Final


def _installed() -> str:
    try:
        return version("shelfgraph")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "0.0.0"


VERSION: Final = _installed()

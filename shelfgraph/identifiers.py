"""Ids of things we make: a prefix that says what it is and a time-ordered UUID (RFC 9562, version 7)."""

from __future__ import annotations

from typing import Literal

from uuid6 import uuid7

Prefix = Literal["imp", "job", "txt", "key", "req"]


def new_id(prefix: Prefix) -> str:
    """A new id such as ``job_0192f0c1…``; ids made later sort later."""
    return f"{prefix}_{uuid7().hex}"

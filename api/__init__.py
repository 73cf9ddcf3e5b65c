"""The HTTP API: search, products, imports, jobs, texts, keys and operations, over services built by the wiring."""

from __future__ import annotations

from api.app import create_app
from api.services import ApiServices

__all__ = ["ApiServices", "create_app"]

"""Canonical values: quantities with units, colours, sizes, types; one key for one thing."""

from __future__ import annotations

from kg.resolution.entities import resolve
from kg.resolution.keys import key_of
from kg.resolution.quantities import Quantity, quantities

__all__ = ["Quantity", "key_of", "quantities", "resolve"]

"""The addresses, one module for each thing they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.routes import claims, imports, jobs, keys, operations, products, search, texts

if TYPE_CHECKING:
    from apiflask import APIBlueprint

BLUEPRINTS: tuple[APIBlueprint, ...] = (
    search.blueprint,
    products.blueprint,
    imports.blueprint,
    jobs.blueprint,
    texts.blueprint,
    claims.blueprint,
    keys.blueprint,
    operations.blueprint,
)

__all__ = ["BLUEPRINTS"]

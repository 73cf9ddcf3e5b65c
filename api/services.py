"""What the API works with; the wiring builds it, the routes read it from the running app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import current_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.extraction.asking import AttributeReader
    from kg.graph import ProductGraph
    from kg.ingestion import CatalogWriter
    from search.index import Follower, ProductIndex
    from shelfgraph.blobs import Blobs
    from shelfgraph.broker import Broker
    from shelfgraph.clock import Clock
    from shelfgraph.settings import Settings

_EXTENSION: Final = "shelfgraph"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiServices:
    """Everything outside the API that a request may touch.

    ``load_reader`` gives what answers questions about texts in a language, ``en`` or ``zh``.
    """

    settings: Settings
    graph: ProductGraph
    broker: Broker
    blobs: Blobs
    index: ProductIndex
    follower: Follower
    writer: CatalogWriter
    load_reader: Callable[[str], AttributeReader]
    clock: Clock


def services() -> ApiServices:
    """The services of the app that handles the current request."""
    found: ApiServices = current_app.extensions[_EXTENSION]
    return found

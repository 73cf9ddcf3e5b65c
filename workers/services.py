"""What a worker's tasks work with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from generation.engine import Generator
    from kg.graph import ProductGraph
    from kg.ingestion import CatalogWriter
    from shelfgraph.blobs import Blobs
    from shelfgraph.broker import Broker
    from shelfgraph.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerServices:
    """Made once in each worker child; ``generator`` loads the model when first called."""

    settings: Settings
    graph: ProductGraph
    broker: Broker
    blobs: Blobs
    writer: CatalogWriter
    generator: Callable[[], Generator]

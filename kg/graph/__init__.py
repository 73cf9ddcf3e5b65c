"""The one door to the graph: one method per statement of ``cypher``, typed rows in and out."""

from kg.graph.counters import SEQUENCE_STRIDE
from kg.graph.page import Page
from kg.graph.product_graph import ProductGraph
from kg.graph.records import (
    ChangeBatch,
    ChangedProduct,
    Link,
    NeighbourEdge,
    Neighbourhood,
    NeighbourNode,
    ProductName,
    ProductState,
    ProductWrite,
    ReviewReceipt,
    ReviewWrite,
    SharedEntities,
    SharedEntity,
    StoredProduct,
    WriteReceipt,
)
from kg.graph.work_records import (
    ApiKey,
    Idempotency,
    Import,
    ImportCheckpoint,
    ImportCounts,
    ImportRequest,
    Job,
    JobEvent,
)

__all__ = [
    "SEQUENCE_STRIDE",
    "ApiKey",
    "ChangeBatch",
    "ChangedProduct",
    "Idempotency",
    "Import",
    "ImportCheckpoint",
    "ImportCounts",
    "ImportRequest",
    "Job",
    "JobEvent",
    "Link",
    "NeighbourEdge",
    "NeighbourNode",
    "Neighbourhood",
    "Page",
    "ProductGraph",
    "ProductName",
    "ProductState",
    "ProductWrite",
    "ReviewReceipt",
    "ReviewWrite",
    "SharedEntities",
    "SharedEntity",
    "StoredProduct",
    "WriteReceipt",
]

"""What the graph says of products in relation to each other: links read from texts, related products with reasons."""

from kg.analytics.linking import Linker, link_products
from kg.analytics.names import NameIndex
from kg.analytics.paths import Path
from kg.analytics.relating import Related, related

__all__ = ["Linker", "NameIndex", "Path", "Related", "link_products", "related"]

"""From rows to the graph: what changed is read, embedded and committed; what did not is only counted."""

from kg.ingestion.writer import BatchOutcome, CatalogWriter, CheckpointOf, SequencedProduct, SequencedReview

__all__ = ["BatchOutcome", "CatalogWriter", "CheckpointOf", "SequencedProduct", "SequencedReview"]

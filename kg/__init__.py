"""The knowledge graph: catalogue, extraction, resolution, contradictions, and the one door to the graph."""

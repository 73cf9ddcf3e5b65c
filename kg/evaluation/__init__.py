"""How well facts are read, counted on marked texts."""

from kg.evaluation.relations import RelationReport, RelationScore, evaluate_relations, read_labelled, score_relations

__all__ = ["RelationReport", "RelationScore", "evaluate_relations", "read_labelled", "score_relations"]

"""How well facts are read, counted on marked texts."""

from kg.evaluation.attributes import (
    AttributeReport,
    AttributeRow,
    AttributeScore,
    evaluate_attributes,
    read_attributes,
    score_attributes,
)
from kg.evaluation.entities import EntityReport, EntityRow, evaluate_entities, read_entities, score_entities
from kg.evaluation.labels import read_labelled
from kg.evaluation.relations import RelationReport, evaluate_relations, score_relations
from kg.evaluation.scores import Score

__all__ = [
    "AttributeReport",
    "AttributeRow",
    "AttributeScore",
    "EntityReport",
    "EntityRow",
    "RelationReport",
    "Score",
    "evaluate_attributes",
    "evaluate_entities",
    "evaluate_relations",
    "read_attributes",
    "read_entities",
    "read_labelled",
    "score_attributes",
    "score_entities",
    "score_relations",
]

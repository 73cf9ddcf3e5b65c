"""Trains the models of this project: the span model of relations, attributes and entities."""

from kg.training.relations import TrainingReport, train_relations
from kg.training.settings import TrainingSettings

__all__ = ["TrainingReport", "TrainingSettings", "train_relations"]

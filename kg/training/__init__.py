"""Trains the models of this project: the span model of relations, attributes and entities."""

from kg.training.pretraining import PretrainingSettings, pretrain_encoder
from kg.training.relations import TrainingReport, train_relations
from kg.training.settings import TrainingSettings

__all__ = ["PretrainingSettings", "TrainingReport", "TrainingSettings", "pretrain_encoder", "train_relations"]

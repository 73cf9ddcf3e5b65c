"""Relation extractors: one model a language."""

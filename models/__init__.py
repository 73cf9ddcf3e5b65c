"""Weights that are trained and shipped with this project, each folder with its model card."""

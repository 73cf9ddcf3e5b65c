"""``train``."""

from __future__ import annotations

import typer

from shelfgraph.cli.output import JsonOption, not_available

train = typer.Typer(help="Train the models of this project.", no_args_is_help=True)


@train.command(name="relations")
def train_relations(as_json: JsonOption = False) -> None:
    """Train the relation extractor (not in this version).

    Example: `shelfgraph train relations`
    """
    del as_json
    raise not_available("train relations", "fine-tuned relation extractor, and the matchers need no training")


@train.command(name="generator")
def train_generator(as_json: JsonOption = False) -> None:
    """Train an adapter of the generator (not in this version).

    Example: `shelfgraph train generator`
    """
    del as_json
    raise not_available("train generator", "adapters of the generator")

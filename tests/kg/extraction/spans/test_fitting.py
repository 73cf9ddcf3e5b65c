"""A fit goes on from the checkpoint of its own training, and says what to do about any other file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import torch

from kg.extraction.spans.checkpoints import training_of
from kg.extraction.spans.examples import Example, from_spans
from kg.extraction.spans.fitting import Recipe, fit
from kg.extraction.spans.network import Shape, SpanNetwork
from kg.extraction.spans.pieces import Characters
from shelfgraph.errors import InvalidRequestError

if TYPE_CHECKING:
    import random
    from pathlib import Path

LABELS = ("TYPE", "ASKED")
RECIPE = Recipe(epochs=2)
ROW = {
    "id": "a",
    "text": "A mug",
    "relations": [{"relation": "TYPE", "polarity": "affirmed", "value": "mug", "start": 2, "end": 5}],
}


def _fit(checkpoint: Path, recipe: Recipe = RECIPE, *, training: str = "this", inner: int = 8) -> list[int]:
    """Fit a small network; the epochs that it ran."""
    torch.manual_seed(0)
    sizes = {"vocabulary": 30, "embedding_size": 8, "hidden_size": 6}
    network = SpanNetwork(Shape("gru", sizes, LABELS, width=2, inner=inner))
    examples = from_spans(ROW, Characters({}), labels=LABELS, width=2)
    ran: list[int] = []

    def sample(_: random.Random) -> list[Example]:
        return examples

    def note(epoch: int, _: float) -> None:
        ran.append(epoch)

    fit(network, sample, recipe, checkpoint=checkpoint, training=training, report=note)
    return ran


def _changed(path: Path, **values: object) -> None:
    state: dict[str, Any] = torch.load(path, weights_only=True)
    torch.save({name: value for name, value in (state | values).items() if value is not None}, path)


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    path = tmp_path / "fold-3.checkpoint"
    assert _fit(path) == [0, 1]
    return path


def test_a_checkpoint_of_the_same_training_is_gone_on_with(checkpoint: Path) -> None:
    assert training_of(checkpoint) == "this"
    assert _fit(checkpoint, replace(RECIPE, epochs=4)) == [2, 3]


@pytest.mark.parametrize("way", ["training", "sizes", "a group less", "an entry less"])
def test_a_checkpoint_of_another_training_or_another_network_is_refused(way: str, checkpoint: Path) -> None:
    told: dict[str, Any] = {}
    if way == "training":
        told = {"training": "another"}
    elif way == "sizes":  # as after an upgrade that changed the network
        told = {"inner": 16}
    elif way == "a group less":
        optimizer = torch.load(checkpoint, weights_only=True)["optimizer"]
        _changed(checkpoint, optimizer=optimizer | {"param_groups": optimizer["param_groups"][:1]})
    else:
        _changed(checkpoint, steps=None)
    with pytest.raises(InvalidRequestError) as other:
        _fit(checkpoint, **told)
    assert other.value.code == "training.checkpoint_of_other_run"
    assert str(checkpoint) in str(other.value)


def _damaged(content: bytes) -> list[bytes]:
    size = len(content)
    cut = [content[: size * part // 8] for part in range(8)]
    return [*cut, b"cut", b"P" * 99, content[:99] + bytes(99) + content[198:]]


def test_a_damaged_checkpoint_is_named_so_that_only_its_part_begins_anew(checkpoint: Path) -> None:
    for content in _damaged(checkpoint.read_bytes()):
        checkpoint.write_bytes(content)
        with pytest.raises(InvalidRequestError) as damaged:
            _fit(checkpoint)
        assert damaged.value.code == "training.checkpoint_damaged"
        assert str(checkpoint) in (damaged.value.help or "")
        assert "--resume" in (damaged.value.help or "")
        assert not training_of(checkpoint)
    torch.save([1], checkpoint)
    with pytest.raises(InvalidRequestError) as foreign:
        _fit(checkpoint)
    assert foreign.value.code == "training.checkpoint_damaged"
    checkpoint.unlink()
    assert _fit(checkpoint) == [0, 1]

"""What a recurrent encoder hears of a question, and that a text about which nothing is asked is read as before."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from kg.extraction.spans.network import Shape, SpanNetwork

SIZES = {"vocabulary": 30, "embedding_size": 8, "hidden_size": 6}
TEXT = [10, 11, 12, 13, 14]
HEARING = ("matched", "likened", "aligned", "asked")


def _network() -> SpanNetwork:
    torch.manual_seed(0)
    network = SpanNetwork(Shape("gru", SIZES, ("A", "ASKED"), width=2, inner=8)).eval()
    nn.init.normal_(network.head.scores.weight)
    return network


def _taught(network: SpanNetwork) -> SpanNetwork:
    for name in HEARING:
        for weight in getattr(network.encoder, name).parameters():
            nn.init.normal_(weight)
    return network


def _scores(network: SpanNetwork, question: list[int], text: list[int] = TEXT) -> Tensor:
    asked = [2, *question, 3] if question else [2]
    ids = torch.tensor([[*asked, *text, 3]])
    mask = torch.ones_like(ids)
    types = torch.zeros_like(ids)
    types[0, len(asked) : len(asked) + len(text) + 1] = int(bool(question))
    begins = torch.arange(len(asked), len(asked) + len(text)).unsqueeze(0)
    zeros = torch.zeros_like(ids)
    with torch.inference_mode():
        return network(ids, mask, types, zeros, zeros, begins, begins + 1)[0]


def test_what_is_asked_reaches_every_character() -> None:
    network = _taught(_network())
    one, other = _scores(network, [10, 20]), _scores(network, [14, 21])
    assert (one - other).abs().amin(dim=(0, 2, 3)).min() > 0


def test_a_text_about_which_nothing_is_asked_is_read_as_by_a_model_that_cannot_be_asked() -> None:
    assert torch.equal(_scores(_network(), []), _scores(_taught(_network()), []))

"""The span network: an encoder, and a head that scores every short run of words for every label.

Span classification over all candidates up to a width, as in Eberts and Ulges (2020), "Span-based joint entity and
relation extraction"; what a span states (its label) and whether the text denies it (its polarity) share one
representation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor


_LAST_MARK = 3  # the numbers of characters begin behind those of marks
_NEVER = 1e4  # subtracted from the likeness to what is no question


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a network.

    Args:
        encoder: ``transformer`` (from a configuration of the transformers library) or ``gru`` (a bidirectional
            recurrent one).
        config: the encoder's own sizes.
        labels: what a span may be labelled with, in the order of the outputs.
        width: words of the longest span.
        inner: size of a span's representation.
        shapes: how many ways of writing a word there are.
        zones: how many parts of a text there are.
    """

    encoder: str
    config: Mapping[str, Any]
    labels: tuple[str, ...]
    width: int = 16
    inner: int = 256
    shapes: int = 10
    zones: int = 3
    dropout: float = 0.1


class TransformerEncoder(nn.Module):
    """A transformer whose word pieces also know how their word was written and where it stands."""

    hidden: int

    def __init__(self, config: Mapping[str, Any], *, shapes: int, zones: int) -> None:
        super().__init__()
        from transformers import AutoConfig, AutoModel  # noqa: PLC0415 - takes seconds to import

        sizes = dict(config)
        create: Any = AutoModel.from_config
        self.model: Any = create(AutoConfig.for_model(sizes.pop("model_type"), **sizes))
        self.model.pooler = None
        self.hidden = int(config["hidden_size"])
        self._typed = getattr(self.model.config, "type_vocab_size", 0) > 1
        size = int(self.model.get_input_embeddings().weight.shape[1])  # of some families less than the hidden size
        self.shapes = nn.Embedding(shapes, size)
        self.zones = nn.Embedding(zones, size)
        nn.init.zeros_(self.shapes.weight)
        nn.init.zeros_(self.zones.weight)

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor, shapes: Tensor, zones: Tensor) -> Tensor:
        """States of the pieces: (texts, pieces, hidden)."""
        embedded = self.model.get_input_embeddings()(ids) + self.shapes(shapes) + self.zones(zones)
        typed = {"token_type_ids": types} if self._typed else {}
        states: Tensor = self.model(inputs_embeds=embedded, attention_mask=mask, **typed).last_hidden_state
        return states


class GruEncoder(nn.Module):
    """Embedded characters and a bidirectional GRU of two layers.

    What is asked reaches each character of the text as in Chen et al. (2017), "Reading Wikipedia to answer open-domain
    questions": whether it stands in the question, which characters of the question it is like, and by the question as
    a whole, which scales and shifts the states (Perez et al. 2018, "FiLM"). A text about which nothing is asked is read
    as if there were none of this.
    """

    hidden: int

    def __init__(self, config: Mapping[str, Any], *, shapes: int, zones: int) -> None:
        super().__init__()
        size, hidden = int(config["embedding_size"]), int(config["hidden_size"])
        self.embedding = nn.Embedding(int(config["vocabulary"]), size)
        self.gru = nn.GRU(size, hidden, num_layers=2, bidirectional=True, batch_first=True)
        self.shapes = nn.Embedding(shapes, size)
        self.zones = nn.Embedding(zones, size)
        self.types = nn.Embedding(2, size)
        self.matched = nn.Embedding(2, size)
        self.likened = nn.Linear(size, size)
        self.aligned = nn.Linear(size, size, bias=False)
        # What the recurrent layers see, and the characters themselves.
        self.hidden = 2 * hidden + size
        self.asked = nn.Linear(self.hidden, 2 * self.hidden, bias=False)
        for added in (self.shapes, self.zones, self.types, self.matched, self.aligned, self.asked):
            nn.init.zeros_(added.weight)

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor, shapes: Tensor, zones: Tensor) -> Tensor:
        """States of the pieces: (texts, pieces, hidden)."""
        characters = self.embedding(ids)
        told = types.unsqueeze(-1).to(characters.dtype)
        asking = ((types == 0) & (ids > _LAST_MARK)).to(characters.dtype)
        same = (ids.unsqueeze(2) == ids.unsqueeze(1)).to(characters.dtype) * asking.unsqueeze(1)
        likened = torch.relu(self.likened(characters))
        likeness = likened @ likened.transpose(1, 2) + (asking.unsqueeze(1) - 1) * _NEVER
        aligned = torch.softmax(likeness, dim=-1) @ characters
        about = self.matched((same.sum(-1) > 0).long()) + self.aligned(aligned)
        embedded = characters + self.shapes(shapes) + self.zones(zones) + self.types(types) + about * told
        embedded = embedded * mask.unsqueeze(-1)
        states = torch.cat([self.gru(embedded)[0], embedded], dim=-1)
        question = (states * asking.unsqueeze(-1)).sum(1, keepdim=True) / asking.sum(1).clamp(min=1)[:, None, None]
        scale, shift = self.asked(question).chunk(2, dim=-1)
        heard: Tensor = states + (states * scale + shift) * told
        return heard


class SpanHead(nn.Module):
    """Scores spans by their first word, last word, mean and width."""

    def __init__(self, hidden: int, *, labels: int, width: int, inner: int, dropout: float) -> None:
        super().__init__()
        self.width = width
        self.first = nn.Linear(hidden, inner)
        self.last = nn.Linear(hidden, inner, bias=False)
        self.mean = nn.Linear(hidden, inner, bias=False)
        self.widths = nn.Embedding(width, inner)
        self.norm = nn.LayerNorm(inner)
        self.dropout = nn.Dropout(dropout)
        self.scores = nn.Linear(inner, labels + 1)
        # What a span states is denied or not as a whole, but for what sets a label apart: "requires 2 batteries (not
        # included)" denies one of two.
        self.polarity = nn.Linear(inner, labels)
        nn.init.constant_(self.scores.bias, -5.0)
        for added in (self.widths.weight, self.polarity.weight, self.polarity.bias):
            nn.init.zeros_(added)

    def forward(self, words: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of the labels, and of each being denied: (texts, words, widths, labels) both.

        Entry ``[t, i, w]`` is about the words ``i`` to ``i + w`` of text ``t``; what runs over the end means nothing.
        """
        words = self.dropout(words)
        count = words.shape[1]
        first, last, sums = self.first(words), self.last(words), torch.cumsum(self.mean(words).float(), dim=1)
        padding = torch.zeros_like(last[:, :1]).expand(-1, self.width, -1)
        last = torch.cat([last, padding], dim=1)
        sums = torch.cat([torch.zeros_like(sums[:, :1]), sums, padding.float()], dim=1)
        before = sums[:, :count]
        spans = torch.stack(
            [
                first
                + last[:, extra : extra + count]
                + ((sums[:, extra + 1 : extra + 1 + count] - before) / (extra + 1)).to(first.dtype)
                + self.widths.weight[extra]
                for extra in range(self.width)
            ],
            dim=2,
        )
        spans = self.dropout(nn.functional.gelu(self.norm(spans)))
        scores = self.scores(spans)
        return scores[..., :-1], scores[..., -1:] + self.polarity(spans)


class SpanNetwork(nn.Module):
    """From word pieces to the scores of all spans."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        kinds: dict[str, type[TransformerEncoder | GruEncoder]] = {"transformer": TransformerEncoder, "gru": GruEncoder}
        encoder = kinds[shape.encoder](shape.config, shapes=shape.shapes, zones=shape.zones)
        self.encoder = encoder
        self.head = SpanHead(
            encoder.hidden, labels=len(shape.labels), width=shape.width, inner=shape.inner, dropout=shape.dropout
        )

    def forward(  # noqa: PLR0913, PLR0917 - the inputs of the exported graph, by position as torch traces it
        self, ids: Tensor, mask: Tensor, types: Tensor, shapes: Tensor, zones: Tensor, begins: Tensor, ends: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Logits as of :class:`SpanHead`.

        Args:
            ids: of the pieces (texts, pieces), as are ``mask``, ``types``, ``shapes`` and ``zones``.
            mask: 0 where a text is padded.
            types: 0 for a question, 1 for the text it is about; 0 where nothing is asked.
            shapes: how the word of each piece is written.
            zones: which part of the text it is in.
            begins: first piece of each word (texts, words).
            ends: piece after the last; the words of padding begin where they end.
        """
        states = self.encoder(ids, mask, types, shapes, zones).float()
        sums = torch.cat([torch.zeros_like(states[:, :1]), torch.cumsum(states, dim=1)], dim=1)
        size = sums.shape[-1]
        total = sums.gather(1, ends.unsqueeze(-1).expand(-1, -1, size)) - sums.gather(
            1, begins.unsqueeze(-1).expand(-1, -1, size)
        )
        words = total / (ends - begins).clamp(min=1).unsqueeze(-1)
        found: tuple[Tensor, Tensor] = self.head(words)
        return found

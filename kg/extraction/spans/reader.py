"""Reads texts with a trained model: all it states, or the value of one attribute asked for by its name."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from kg.extraction.asides import is_aside
from kg.extraction.asking import AskedAttribute, AttributeValue, Entity
from kg.extraction.instructions import instruction_spans
from kg.extraction.negation import has_cue
from kg.extraction.spans.agreement import agreement
from kg.extraction.spans.decoding import LEAST_CONFIDENCE, Reading, candidates
from kg.extraction.spans.denying import denied_plainly, plain_denials
from kg.extraction.spans.files import ASKED, Config, read_config, read_normalisers, read_pieces, verify
from kg.extraction.spans.pieces import encode
from kg.extraction.spans.questions import question_for
from kg.extraction.spans.scoring import OnnxScorer, Scorer, TorchScorer
from kg.extraction.spans.windows import lines_read, windows
from kg.extraction.spans.words import split_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from kg.extraction.spans.decoding import Candidate
    from kg.extraction.spans.normalising import Normalisers
    from kg.extraction.spans.pieces import Pieces
    from kg.extraction.spans.words import Words

_DENIED: Final = 0.5
_BATCH: Final = 64  # parts of texts that are encoded before any is scored


class _Pass(NamedTuple):
    """One reading of a text.

    Args:
        text: what is read.
        question: what is read beside it: a question, or the category where a schema was taught.
        attribute: the name in the question; empty where what was taught is read.
    """

    text: str
    question: str
    attribute: str


@dataclass(frozen=True, slots=True)
class SpanReader:
    """A model at work.

    Args:
        config: what is known of the model.
        pieces: its vocabulary.
        scorer: what runs it.
        normalisers: bring the answers of the network into a schema's normal form; None: they stay as they stand.
    """

    config: Config
    pieces: Pieces
    scorer: Scorer
    normalisers: Normalisers | None = None

    @property
    def version(self) -> str:
        """The version of the model, as evidence names it."""
        return self.config.version

    def read(self, texts: Sequence[str]) -> list[list[Reading]]:
        """What each text states, from a confidence of 0.05 up, in the order it stands.

        Args:
            texts: the title and further texts of a product each, one a line.
        """
        return self.read_words([split_words(text) for text in texts])

    def read_words(self, texts: Sequence[Words]) -> list[list[Reading]]:
        """Like :meth:`read`, for texts that are split into words already."""
        found: list[list[Reading]] = [[] for _ in texts]
        labels = [index for index, label in enumerate(self.config.labels) if label != ASKED]
        # What is left out here would be found too unlikely below, only later, and there are many of them.
        least = np.array([self.config.calibration.least_logit(label) for label in self.config.labels])
        parts = (
            (at, window) for at, words in enumerate(texts) if words.texts for window in windows(words, self.pieces)
        )
        while batch := list(islice(parts, _BATCH)):
            encoded = [encode(window.words, self.pieces) for _, window in batch]
            for (at, window), cells in zip(batch, self.scorer.cells(encoded), strict=True):
                lines = lines_read(window.words, repeated=window.repeated)
                for one in candidates(cells.above(least), lines, labels=labels):
                    found[at] += self._readings(one, window.words)
        if self.config.protocol != "spans":
            return found
        keeps, language = self.config.calibration.keeps, self.config.language
        settled = (
            denied_plainly(words.text, readings, language=language, keeps=keeps)
            for words, readings in zip(texts, found, strict=True)
        )
        return [
            [one for one in readings if not _is_aside(words.text, one)]
            for words, readings in zip(texts, settled, strict=True)
        ]

    def values(self, asked: Sequence[AskedAttribute]) -> list[AttributeValue | None]:
        """The value of each attribute in its text, ``None`` where the text does not state it.

        A model of attributes finds all that it was taught in one pass over a text. For any other name the question goes
        into the network beside the text. Answers of the network are normalised where that was taught.
        """
        attributes = self.config.protocol == "attributes"
        taught = self.config.labels if attributes else ()
        named = {one.strip().casefold(): one for one in taught} | {one: one for one in taught}
        labels = [named.get(one.attribute) or named.get(one.attribute.strip().casefold(), ASKED) for one in asked]
        # A model of relations was taught questions without categories, and answers them better so.
        categories = [one.category if attributes else "" for one in asked]
        passes = [
            _Pass(one.text, question_for(one.attribute, category), one.attribute)
            if label == ASKED
            else _Pass(one.text, category, "")
            for one, label, category in zip(asked, labels, categories, strict=True)
        ]
        wanted: dict[_Pass, set[int]] = defaultdict(set)
        for key, label in zip(passes, labels, strict=True):
            wanted[key].add(self.config.labels.index(label))
        best: dict[tuple[_Pass, str], AttributeValue] = {}
        for key, label, value in self._stated(wanted):
            if (key, label) not in best or value.confidence > best[key, label].confidence:
                best[key, label] = value
        answers = [best.get(found) for found in zip(passes, labels, strict=True)]
        return [
            self._normal(question, label, one) if one and self.config.calibration.keeps(label, one.confidence) else None
            for question, label, one in zip(asked, labels, answers, strict=True)
        ]

    def _stated(self, wanted: Mapping[_Pass, set[int]]) -> Iterator[tuple[_Pass, str, AttributeValue]]:
        """All that may be a value of the wanted labels of each pass."""
        parts = (
            (key, window)
            for key in wanted
            if (words := split_words(key.text)).texts
            for window in windows(words, self.pieces)
        )
        while batch := list(islice(parts, _BATCH)):
            encoded = [encode(window.words, self.pieces, question=key.question) for key, window in batch]
            for (key, window), cells in zip(batch, self.scorer.cells(encoded), strict=True):
                for one in candidates(cells, lines_read(window.words, repeated=window.repeated), labels=wanted[key]):
                    if one.denied > _DENIED:
                        continue
                    label = self.config.labels[one.label]
                    start, end = window.words.starts[one.first], window.words.ends[one.last]
                    agreed = self._agreed(key, start, end)
                    if agreed is not None:
                        confidence = self.config.calibration.confidence(label, one.score, agreement=agreed)
                        yield key, label, AttributeValue(key.text[start:end], start, end, confidence)

    def _agreed(self, key: _Pass, start: int, end: int) -> float | None:
        """What the text itself says of a span as an answer, in log-odds; None where it is none.

        What was taught by a schema's labels follows those labels alone.
        """
        text, _, attribute = key
        if _is_ordered(text, start, end):
            return None
        if not attribute:
            return 0.0
        language = self.config.language
        denied = not has_cue(attribute, language) and plain_denials(text, language).is_denied(start, end)
        if denied or is_aside(text, start, end):
            return None
        return agreement(attribute, text, start, end, language)

    def entities(self, texts: Sequence[str]) -> list[list[Entity]]:
        """The entities of each text; of overlapping ones the surest."""
        return [_apart(readings) for readings in self.read(texts)]

    def _normal(self, asked: AskedAttribute, label: str, found: AttributeValue) -> AttributeValue:
        if self.normalisers is None:
            return found
        attribute = asked.attribute.strip() if label == ASKED else label
        return replace(found, value=self.normalisers.normal(attribute, asked.category, found.value))

    def _readings(self, one: Candidate, words: Words) -> list[Reading]:
        label = self.config.labels[one.label]
        sure = self.config.calibration.confidence(label, one.score)
        start, end = words.starts[one.first], words.ends[one.last]
        negated, affirmed = round(sure * one.denied, 4), round(sure * (1 - one.denied), 4)
        keeps = self.config.calibration.keeps(label, max(affirmed, negated))
        found = []
        # A span states its label once; the polarity that is less likely is a candidate, too, but never kept.
        if affirmed >= LEAST_CONFIDENCE:
            found.append(Reading(label, "affirmed", start, end, affirmed, keeps and affirmed >= negated))
        if negated >= LEAST_CONFIDENCE:
            found.append(Reading(label, "negated", start, end, negated, keeps and negated > affirmed))
        return found


def load_reader(folder: Path, *, threads: int = 1, device: str = "cpu") -> SpanReader:
    """The model in ``folder``.

    Args:
        folder: as `shelfgraph train relations` leaves it.
        threads: texts that run at once on a CPU.
        device: ``cpu`` or a torch device.

    Raises:
        SetupError: the folder holds no model, or not the one that was trained (``setup.relation_model_broken``).
    """
    return _load(folder.resolve(), threads, device)


@lru_cache(maxsize=4)
def _load(folder: Path, threads: int, device: str) -> SpanReader:
    verify(folder)
    config = read_config(folder)
    scorer: Scorer = (
        OnnxScorer(folder, threads=threads) if device == "cpu" else TorchScorer(folder, config, device=device)
    )
    return SpanReader(config, read_pieces(folder), scorer, read_normalisers(folder))


def _is_aside(text: str, one: Reading) -> bool:
    return is_aside(text, one.start, one.end, one.label, denied=one.polarity == "negated")


def _is_ordered(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` stands where the text orders its reader about: nothing there is believed."""
    return any(start < stop and begin < end for begin, stop in _ordered(text))


@lru_cache(maxsize=16)
def _ordered(text: str) -> list[tuple[int, int]]:
    return instruction_spans(text)


def _apart(readings: Sequence[Reading]) -> list[Entity]:
    taken: list[Reading] = []
    for one in sorted(readings, key=lambda reading: -reading.confidence):
        if one.kept and not any(one.start < other.end and other.start < one.end for other in taken):
            taken.append(one)
    return [Entity(one.label, one.start, one.end) for one in sorted(taken, key=lambda reading: reading.start)]

"""Reads texts with a trained model: all it states, or the value of one attribute asked for by its name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from kg.extraction.asking import AskedAttribute, AttributeValue, Entity
from kg.extraction.spans.decoding import LEAST_CONFIDENCE, Reading, candidates
from kg.extraction.spans.files import ASKED, Config, read_config, read_normalisers, read_pieces, verify
from kg.extraction.spans.pieces import encode
from kg.extraction.spans.questions import question_for, relation_asked
from kg.extraction.spans.scoring import OnnxScorer, Scorer, TorchScorer
from kg.extraction.spans.windows import Window, windows
from kg.extraction.spans.words import split_words

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence
    from pathlib import Path

    from kg.extraction.spans.decoding import Candidate
    from kg.extraction.spans.normalising import Normalisers
    from kg.extraction.spans.pieces import Encoded, Pieces
    from kg.extraction.spans.words import Words

_BATCH: Final = 64  # texts that are encoded before any is scored


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
        for start in range(0, len(texts), _BATCH):
            parts = [(start + at, window) for at, words in enumerate(texts[start : start + _BATCH]) if words.texts
                     for window in windows(words, self.pieces)]  # fmt: skip
            encoded = [encode(window.words, self.pieces) for _, window in parts]
            for (at, window), cells in zip(parts, self.scorer.cells(encoded), strict=True):
                for one in candidates(cells, _readable(window), labels=labels):
                    found[at] += self._readings(one, window.words)
        return found

    def candidates(self, words: Words) -> list[Candidate]:
        """What words that fit one window may state, with the scores of the network as they are."""
        labels = [index for index, label in enumerate(self.config.labels) if label != ASKED]
        (cells,) = self.scorer.cells([encode(words, self.pieces)])
        return candidates(cells, _readable(Window(words, tuple(range(len(words))))), labels=labels)

    def values(self, asked: Sequence[AskedAttribute]) -> list[AttributeValue | None]:
        """The value of each attribute in its text, ``None`` where the text does not state it.

        A model of relations knows merchants' usual names for what its relations state (``data/questions.toml``) and
        answers those from what it reads; for any other name, and with a model of attributes, the question goes into
        the network beside the text, and its answer is normalised where that was taught.
        """
        usual = [
            relation_asked(one.attribute, self.config.language) if self.config.protocol == "spans" else None
            for one in asked
        ]
        answers = iter(self._answers([one for one, known in zip(asked, usual, strict=True) if known is None]))
        texts = list(dict.fromkeys(one.text for one, known in zip(asked, usual, strict=True) if known))
        read = dict(zip(texts, self.read(texts), strict=True))
        return [
            _stated(one.text, read[one.text], *known) if known else next(answers)
            for one, known in zip(asked, usual, strict=True)
        ]

    def _answers(self, asked: Sequence[AskedAttribute]) -> list[AttributeValue | None]:
        best: list[AttributeValue | None] = [None] * len(asked)
        label = self.config.labels.index(ASKED)
        for start in range(0, len(asked), _BATCH):
            parts: list[tuple[int, Window, Encoded]] = []
            for at, one in enumerate(asked[start : start + _BATCH], start):
                words = split_words(one.text)
                question = question_for(one.attribute, one.category)
                parts += [
                    (at, window, encode(window.words, self.pieces, question=question))
                    for window in (windows(words, self.pieces) if words.texts else ())
                ]
            scored = self.scorer.cells([encoded for _, _, encoded in parts])
            for (at, window, _), cells in zip(parts, scored, strict=True):
                for found in candidates(cells, _readable(window), labels=[label]):
                    best[at] = self._better(best[at], found, asked[at].text, window.words)
        return [
            self._normal(question, one) if one and self.config.calibration.keeps(ASKED, one.confidence) else None
            for question, one in zip(asked, best, strict=True)
        ]

    def entities(self, texts: Sequence[str]) -> list[list[Entity]]:
        """The entities of each text; of overlapping ones the surest."""
        return [_apart(readings) for readings in self.read(texts)]

    def _better(self, known: AttributeValue | None, one: Candidate, text: str, words: Words) -> AttributeValue | None:
        confidence = self.config.calibration.confidence(ASKED, one.score)
        if known is not None and known.confidence >= confidence:
            return known
        start, end = words.starts[one.first], words.ends[one.last]
        return AttributeValue(value=text[start:end], start=start, end=end, confidence=confidence)

    def _normal(self, asked: AskedAttribute, found: AttributeValue) -> AttributeValue:
        if self.normalisers is None:
            return found
        return replace(found, value=self.normalisers.normal(asked.attribute, asked.category, found.value))

    def _readings(self, one: Candidate, words: Words) -> list[Reading]:
        label = self.config.labels[one.label]
        sure = self.config.calibration.confidence(label, one.score)
        start, end = words.starts[one.first], words.ends[one.last]
        negated, affirmed = round(sure * one.denied, 4), round(sure * (1 - one.denied), 4)
        keeps = self.config.calibration.keeps(label, sure)
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


def _readable(window: Window) -> list[int]:
    """The line of each word; -1 for line breaks and for what another window reads."""
    return [
        -1 if word == "\n" or place < 0 else line
        for word, place, line in zip(window.words.texts, window.places, window.words.lines, strict=True)
    ]


def _stated(
    text: str, readings: Sequence[Reading], relation: str, pattern: re.Pattern[str] | None
) -> AttributeValue | None:
    fitting = [
        one
        for one in readings
        if one.label == relation and one.kept and one.polarity == "affirmed"
        and (pattern is None or pattern.search(text[one.start : one.end]))
    ]  # fmt: skip
    best = max(fitting, key=lambda one: one.confidence, default=None)
    if best is None:
        return None
    return AttributeValue(text[best.start : best.end], best.start, best.end, best.confidence)


def _apart(readings: Sequence[Reading]) -> list[Entity]:
    taken: list[Reading] = []
    for one in sorted(readings, key=lambda reading: -reading.confidence):
        if one.kept and not any(one.start < other.end and other.start < one.end for other in taken):
            taken.append(one)
    return [Entity(one.label, one.start, one.end) for one in sorted(taken, key=lambda reading: reading.start)]

"""Trains the baseline's tagger, word lists and calibration.

``python -m kg.extraction.training TRAIN.jsonl OUT --language en`` reads rows ``{id, text, relations: [{relation,
polarity, start, end, value}]}`` and writes ``en.crfsuite``, ``en.lexicon.txt.gz`` and ``en.calibration.json``. The same
rows give the same files.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kg.extraction.features import token_features
from kg.extraction.lexicon import Entry, Lexicon
from kg.extraction.pipelines import blank
from kg.extraction.weights import Calibration, Weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.tokens import Doc

_PARAMETERS: Final = {"c1": 0.3, "c2": 0.01, "max_iterations": 80, "feature.possible_transitions": True}
_FOLDS: Final = 4

Row = dict[str, Any]


def train(rows: Sequence[Row], folder: Path, *, language: str = "en") -> None:
    """Write the weights for ``language`` into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    calibration = calibrate(rows, language=language)
    weights = fit(rows, language=language)
    (folder / f"{language}.crfsuite").write_bytes(weights.tagger)
    head = "# label, products, tokens: values marked in the product texts of the relation data (Apache-2.0 sources)"
    text = "\n".join((head, *weights.lexicon.lines(), ""))
    (folder / f"{language}.lexicon.txt.gz").write_bytes(gzip.compress(text.encode("utf-8"), mtime=0))
    (folder / f"{language}.calibration.json").write_text(
        json.dumps(asdict(calibration), indent=1) + "\n", encoding="utf-8"
    )


def fit(rows: Sequence[Row], *, language: str) -> Weights:
    """Train on ``rows``; the calibration is left open."""
    import pycrfsuite  # type: ignore[import-untyped]  # noqa: PLC0415 - only training and tagging need it

    nlp = blank(language)
    docs = [nlp.make_doc(row["text"]) for row in rows]
    values = [_values(doc, row) for doc, row in zip(docs, rows, strict=True)]
    lexicon = Lexicon.from_values(value for one in values for value in one)
    trainer = pycrfsuite.Trainer(verbose=False)
    for doc, row, own in zip(docs, rows, values, strict=True):
        features = token_features(doc, lexicon, language=language, without=Lexicon.from_values(own))
        trainer.append(pycrfsuite.ItemSequence(features), labels(doc, row))
    trainer.set_params(_PARAMETERS)
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "tagger"
        trainer.train(str(path))
        return Weights(path.read_bytes(), lexicon, Calibration())


def calibrate(rows: Sequence[Row], *, language: str) -> Calibration:
    """Learn from cross-validation how often a span with a given marginal is right."""
    import numpy as np  # noqa: PLC0415 - only training needs it
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]  # noqa: PLC0415 - same

    from kg.extraction.tagger import SPANS_KEY, RelationTagger  # noqa: PLC0415 - registers a spaCy component

    names: list[str] = []
    logits: list[float] = []
    right: list[bool] = []
    nlp = blank(language)
    for fold in range(_FOLDS):
        tagger = RelationTagger(language, fit([r for i, r in enumerate(rows) if i % _FOLDS != fold], language=language))
        for row in rows[fold::_FOLDS]:
            gold = {(one["value"].strip().lower(), one["relation"], one["polarity"]) for one in row["relations"]}
            doc = tagger(nlp.make_doc(row["text"]))
            group = doc.spans[SPANS_KEY]
            for span, polarity, score in zip(group, group.attrs["polarities"], group.attrs["scores"], strict=True):
                bounded = min(max(score, 1e-4), 1 - 1e-4)
                names.append(span.label_)
                logits.append(math.log(bounded / (1 - bounded)))
                right.append((span.text.strip().lower(), span.label_, polarity) in gold)
    if len(set(right)) < 2:  # noqa: PLR2004 - nothing to learn where all spans are right, or none
        return Calibration()
    relations = sorted(set(names))
    one_hot = np.array([[name == relation for relation in relations] for name in names], dtype=float)
    model = LogisticRegression(C=1.0).fit(np.column_stack([logits, one_hot]), right)
    slope, *added = (round(float(weight), 4) for weight in model.coef_[0])
    return Calibration(slope, round(float(model.intercept_[0]), 4), dict(zip(relations, added, strict=True)))


def labels(doc: Doc, row: Row) -> list[str]:
    """A label a token: ``O``, or ``B-`` and ``I-`` with the relation; of overlapping values the longest stays."""
    tags = ["O"] * len(doc)
    spans = [(doc.char_span(one["start"], one["end"]), _label(one)) for one in row["relations"]]
    for span, label in sorted(((s, name) for s, name in spans if s is not None), key=lambda pair: -len(pair[0])):
        if all(tag == "O" for tag in tags[span.start : span.end]):
            tags[span.start : span.end] = [f"B-{label}"] + [f"I-{label}"] * (len(span) - 1)
    return tags


def _values(doc: Doc, row: Row) -> list[tuple[str, Entry]]:
    found: dict[tuple[str, Entry], None] = {}
    for one in row["relations"]:
        span = doc.char_span(one["start"], one["end"])
        if span is not None:
            found[_label(one), tuple(token.lower_ for token in span)] = None
    return list(found)


def _label(one: Row) -> str:
    return ("!" if one["polarity"] == "negated" else "") + str(one["relation"])


def main() -> None:
    """Read the arguments and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("train", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--language", default="en", choices=("en", "zh"))
    arguments = parser.parse_args()
    rows = [json.loads(line) for line in arguments.train.read_text(encoding="utf-8").splitlines() if line.strip()]
    train(rows, arguments.out, language=arguments.language)


if __name__ == "__main__":
    main()

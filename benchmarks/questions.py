"""How well the packaged models answer questions by any attribute name, about texts they were never asked about.

English: texts of ESCI products that were held out. Chinese: gold listings, whose relations the model was fitted to. The
questions and answers are a language model's (``models/relations/labels``). An answer is right where it is one of those
marked, whatever its case; ``part`` counts those that hold the answer or are held by it, ``absent`` is the share
of unanswerable questions that were not answered, ``other_names`` are those by which training
never asks about marked relations.

Usage: ``python benchmarks/questions.py [--threads N]``; SHELFGRAPH_RELATION_MODEL chooses what is measured.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.evaluation.reading import read_rows
from kg.extraction import load_attribute_reader
from kg.extraction.asking import AskedAttribute
from kg.extraction.spans.questions import usual_names
from kg.training.silver import LABELS, silver_rows
from shelfgraph.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
CATALOGUE = DATA / "esci" / "products.jsonl.gz"
GOLD = [DATA / "relations" / f"zh.{part}.jsonl" for part in ("dev", "train")]

Asked = tuple[AskedAttribute, list[str], str | None]  # the question, the right answers, what was answered


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    settings = Settings(model_threads=parser.parse_args().threads)
    for language, needed, rows in (("en", [CATALOGUE], english), ("zh", GOLD, chinese)):
        if not all(path.is_file() for path in needed):
            print(f"skipped {language}: needs ../shared/data, which is not part of the project")
            continue
        questions = [
            (AskedAttribute(row["text"], name, ""), values)
            for row in rows()
            for name, values in row["attributes"].items()
        ]
        answers = load_attribute_reader(settings, language=language).values([one for one, _ in questions])
        asked = [
            (one, [value.casefold() for value in values], None if answer is None else answer.value.casefold())
            for (one, values), answer in zip(questions, answers, strict=True)
        ]
        show(language, asked)
        usual = {name.casefold() for one in usual_names(language) for name in one.names}
        show(f"{language}_other_names", [one for one in asked if one[0].attribute.strip().casefold() not in usual])


def english() -> Iterator[dict[str, Any]]:
    """The texts that were held out and asked about."""
    return (row for row in silver_rows(CATALOGUE, held_out=True) if row["attributes"])


def chinese() -> Iterator[dict[str, Any]]:
    """Gold listings with questions about them."""
    texts = {row["id"]: row["text"] for path in GOLD for _, row in read_rows(path)}
    for _, row in read_rows(LABELS.with_name("zh.questions.jsonl.gz")):
        text = texts[row["id"]]
        answers = {name: [text[start:end] for start, end in spans] for name, spans in row["attributes"].items()}
        yield {"text": text, "attributes": answers}


def show(name: str, asked: Sequence[Asked]) -> None:
    """Print what the answers come to."""
    given = [(values, answer) for _, values, answer in asked if answer is not None]
    stated = sum(bool(values) for _, values, _ in asked)
    exact = sum(answer in values for values, answer in given)
    part = sum(any(answer in value or value in answer for value in values) for values, answer in given)
    absent = [answer is None for _, values, answer in asked if not values]
    print(f"{name}_questions {len(asked)}")
    print(f"{name}_f1 {2 * exact / (len(given) + stated):.4f}")
    print(f"{name}_precision {exact / len(given):.4f}")
    print(f"{name}_recall {exact / stated:.4f}")
    print(f"{name}_part_f1 {2 * part / (len(given) + stated):.4f}")
    print(f"{name}_absent {sum(absent) / len(absent):.4f}", flush=True)


if __name__ == "__main__":
    main()

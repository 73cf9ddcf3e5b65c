"""What training leaves behind: the tagger's weights, the word lists, and how far a score can be trusted."""

from __future__ import annotations

import gzip
import json
import math
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from kg.extraction.lexicon import Lexicon

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable


@dataclass(frozen=True, slots=True)
class Calibration:
    """Turns a tagger's marginal into the share of such spans that are right, by logistic regression.

    Args:
        slope: weight of the marginal's log-odds.
        intercept: of relations that are not in ``relations``.
        relations: what each relation adds to the intercept.
    """

    slope: float = 1.0
    intercept: float = 0.0
    relations: Mapping[str, float] = field(default_factory=dict)

    def confidence(self, relation: str, marginal: float) -> float:
        """The probability that a span of ``relation`` is right, to 4 digits."""
        bounded = min(max(marginal, 1e-6), 1 - 1e-6)
        logit = self.slope * math.log(bounded / (1 - bounded)) + self.intercept + self.relations.get(relation, 0.0)
        return round(1 / (1 + math.exp(-logit)), 4)


@dataclass(frozen=True, slots=True)
class Weights:
    """The trained parts of the baseline in one language."""

    tagger: bytes
    lexicon: Lexicon
    calibration: Calibration


@lru_cache(maxsize=2)
def packaged_weights(language: str) -> Weights:
    """The weights that come with the package, for ``en`` or ``zh``."""
    return read_weights(files("kg.extraction") / "trained", language)


def read_weights(folder: Traversable, language: str) -> Weights:
    """The weights that training wrote into ``folder``."""
    calibration = json.loads((folder / f"{language}.calibration.json").read_text(encoding="utf-8"))
    words = gzip.decompress((folder / f"{language}.lexicon.txt.gz").read_bytes()).decode("utf-8")
    return Weights(
        tagger=(folder / f"{language}.crfsuite").read_bytes(),
        lexicon=Lexicon.from_lines(words.splitlines()),
        calibration=Calibration(**calibration),
    )

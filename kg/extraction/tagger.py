"""The component ``relation_extractor`` of the baseline: a linear-chain tagger over what the matchers saw.

It writes ``doc.spans["relations"]``: each span's label is the relation; ``attrs["polarities"]`` and ``attrs["scores"]``
hold what else is known of each, in the same order.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from kg.extraction.features import token_features
from kg.extraction.negation import continues_list, denials, has_cue, is_denied
from kg.extraction.weights import Weights, packaged_weights

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.extraction.lexicon import Lexicon
    from kg.model import Polarity

SPANS_KEY: Final = "relations"
# What a product is called is not denied: "not a genuine Samsung part" denies a feature, never the brand.
_NEVER_DENIED: Final = frozenset({"BRAND", "MODEL", "TYPE", "MEASURE", "QUANTITY", "AUTHOR"})
_RULE_SCORE: Final = 0.6  # share of the rules' denials that annotators marked too

_Marked = tuple[Span, "Polarity", float]


class RelationTagger:
    """Marks spans with (relation, polarity) and a confidence.

    Args:
        language: ``en`` or ``zh``.
        weights: the tagger's weights, word lists and calibration.
    """

    def __init__(self, language: str, weights: Weights) -> None:
        import pycrfsuite  # type: ignore[import-untyped]  # noqa: PLC0415 - a native library that importing kg must not load

        self._language = language
        # The native tagger reads from the bytes of the weights as long as it lives.
        self._weights = weights
        self._tagger = pycrfsuite.Tagger()
        self._tagger.open_inmemory(weights.tagger)
        self._sequence = pycrfsuite.ItemSequence
        # The tagger keeps the text it is working on; threads of the API share it.
        self._lock = threading.Lock()

    def __call__(self, doc: Doc) -> Doc:
        """Write ``doc.spans["relations"]``."""
        marked = sorted(self._denied(doc, self._tagged(doc)), key=lambda one: (one[0].start, one[0].end, one[0].label_))
        doc.spans[SPANS_KEY] = SpanGroup(
            doc,
            name=SPANS_KEY,
            spans=[span for span, _, _ in marked],
            attrs={"polarities": [polarity for _, polarity, _ in marked], "scores": [score for _, _, score in marked]},
        )
        return doc

    def _tagged(self, doc: Doc) -> list[_Marked]:
        features = token_features(doc, self._lexicon, language=self._language)
        marked: list[_Marked] = []
        if not features:
            return marked
        with self._lock:
            tags = self._tagger.tag(self._sequence(features))
            for start, end, label in runs(tags):
                for begin, stop in _within_sentences(doc, start, end):
                    relation = label.lstrip("!")
                    marginal = min(self._tagger.marginal(tags[index], index) for index in range(begin, stop))
                    score = self._weights.calibration.confidence(relation, marginal)
                    polarity: Polarity = "negated" if label.startswith("!") else "affirmed"
                    marked.append((Span(doc, begin, stop, label=relation), polarity, score))
        return marked

    @property
    def _lexicon(self) -> Lexicon:
        return self._weights.lexicon

    def _denied(self, doc: Doc, marked: Iterable[_Marked]) -> list[_Marked]:
        """``marked`` with what the text denies in plain words."""
        text, language = doc.text, self._language
        found: list[_Marked] = []
        for span, tagged, score in marked:
            polarity = tagged
            if span.label_ not in _NEVER_DENIED:
                follows = bool(found) and found[-1][1] == "negated" and found[-1][0].label_ == span.label_
                if (follows and continues_list(text[found[-1][0].end_char : span.start_char], language)) or is_denied(
                    text, span.start_char, language
                ):
                    polarity = "negated"
            found.append((span, polarity, score))
        return _with_denials(doc, found, language)


def _with_denials(doc: Doc, found: list[_Marked], language: str) -> list[_Marked]:
    """``found`` with what rules say is denied, in place of what the tagger took for affirmed there."""
    at_token: dict[int, list[int]] = defaultdict(list)
    for index, (span, _, _) in enumerate(found):
        for token in range(span.start, span.end):
            at_token[token].append(index)
    wrong: set[int] = set()
    denied: list[_Marked] = []
    for denial in denials(doc.text, language):
        denied_span: Span | None = doc.char_span(
            denial.start, denial.end, label=denial.relation, alignment_mode="expand"
        )
        if denied_span is None:
            continue
        overlapping = {index for token in range(denied_span.start, denied_span.end) for index in at_token[token]}
        if any(found[index][1] == "negated" for index in overlapping):
            continue
        wrong |= {index for index in overlapping if not has_cue(found[index][0].text, language)}
        denied.append((denied_span, "negated", _RULE_SCORE))
    return [one for index, one in enumerate(found) if index not in wrong] + denied


def runs(tags: list[str]) -> list[tuple[int, int, str]]:
    """The spans (tokens, half-open) that ``B-`` and ``I-`` tags make, with their labels."""
    spans: list[tuple[int, int, str]] = []
    for index, tag in enumerate(tags):
        if tag.startswith("I-") and spans and spans[-1][1] == index and spans[-1][2] == tag[2:]:
            spans[-1] = (spans[-1][0], index + 1, tag[2:])
        elif tag != "O":
            spans.append((index, index + 1, tag[2:]))
    return spans


def _within_sentences(doc: Doc, start: int, end: int) -> list[tuple[int, int]]:
    """The span without what does not belong to one phrase: a value never runs over the end of a sentence or a line."""
    for index in range(start, end):
        text = doc[index].text
        if "\n" in text or text in {"。", "！", "？", "；", ";", "!", "?", "•"}:
            return [(start, index)] if index > start else []
    return [(start, end)]


@Language.factory("relation_extractor", default_config={"language": "en"})
def relation_extractor(nlp: Language, name: str, language: str) -> RelationTagger:  # noqa: ARG001 - spaCy's signature
    """The factory that spaCy calls."""
    chosen = "zh" if language == "zh" else "en"
    return RelationTagger(chosen, packaged_weights(chosen))

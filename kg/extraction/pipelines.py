"""The spaCy pipelines: a tokenizer whose tokens end where facts end, and the component ``relation_extractor``."""

from __future__ import annotations

import logging
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from spacy.language import Language
    from spacy.tokens import Doc

# Feeds glue words together ("aquarium(Pack of 10)", "Black+White", "13x13"): tokens must still end where a value ends.
_INFIXES: Final = (
    r"(?<=[0-9])(?=[A-Za-z])",
    r"[/()\[\]:;,!?\*&+|×\"“”~—–]",
    r"(?<=[a-z])\.(?=[A-Z])",
    r"(?<=[0-9])x(?=[0-9])",
)
_ENDLESS: Final = re.compile(r"\S{400,}")
_MARKS: Final = re.compile(r"[\W_]")
_EDGES: Final = ("[★【】✔●•▲◆√✅♥®™°-]",)


@lru_cache(maxsize=4)
def blank(language: str) -> Language:
    """A pipeline without components: Chinese is segmented by jieba, everything else is tokenized as English."""
    import spacy  # noqa: PLC0415 - a second that importing kg must not cost
    from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex  # noqa: PLC0415 - same

    if language == "zh":
        import jieba  # type: ignore[import-untyped]  # noqa: PLC0415 - same

        jieba.setLogLevel(logging.WARNING)
        return spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": "jieba"}}})
    nlp = spacy.blank("en")
    tokenizer: Any = nlp.tokenizer
    defaults: Any = nlp.Defaults
    tokenizer.infix_finditer = compile_infix_regex([*defaults.infixes, *_INFIXES]).finditer
    tokenizer.prefix_search = compile_prefix_regex([*defaults.prefixes, *_EDGES]).search
    tokenizer.suffix_search = compile_suffix_regex(
        [*defaults.suffixes, *_EDGES, r"(?<=[0-9])[A-Za-z]+", r"\.", '"']
    ).search
    nlp.tokenizer = _PatientTokenizer(tokenizer)
    return nlp


class _PatientTokenizer:
    """spaCy's tokenizer, which looks at each mark of an endless word again and again, without the marks of those."""

    def __init__(self, tokenizer: Callable[[str], Doc]) -> None:
        self._tokenizer = tokenizer

    def __call__(self, text: str) -> Doc:
        return self._tokenizer(_ENDLESS.sub(lambda match: _MARKS.sub(" ", match.group()), text))

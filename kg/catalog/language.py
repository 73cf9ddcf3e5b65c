"""The language of a product's texts: by script where the script tells, else by py3langid when there is enough text."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier  # type: ignore[import-untyped] # it has no types

_HAN: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002ffff]")
_KANA: Final = re.compile("[\u3041-\u30ff]")
_HANGUL: Final = re.compile("[\uac00-\ud7af\u1100-\u11ff]")
_SCRIPTS: Final = (
    (re.compile("[\u0e00-\u0e7f]"), "th"),
    (re.compile("[\u0590-\u05ff]"), "he"),
    (re.compile("[\u0370-\u03ff]"), "el"),
    (re.compile("[\u10a0-\u10ff]"), "ka"),
    (re.compile("[\u0530-\u058f]"), "hy"),
)
_MARKUP: Final = re.compile(r"<[^<>]*>|&[#\w]+;|https?://\S+|\d+")
_WORD: Final = re.compile(r"[^\W\d_]+")
# words of English only; a text full of them needs no model, which costs half a millisecond
_ENGLISH: Final = re.compile(r"\b(?:the|and|with|for|your|this|that|from|are)\b", re.IGNORECASE)
_MIN_ENGLISH: Final = 4
_READ_CHARACTERS: Final = 1500
_SCRIPT_SHARE: Final = 0.2
_MIN_WORDS: Final = 8
_MIN_WORDS_OTHER_SCRIPT: Final = 3
_MIN_PROBABILITY: Final = 0.9
# the languages of the shops we know of; the more are open, the more often a list of brand names is taken for Latin
_LANGUAGES: Final = (
    "ar", "bg", "ca", "cs", "da", "de", "en", "es", "et", "fa", "fi", "fr", "hi", "hr", "hu", "id", "it", "lt", "lv",
    "ms", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "tr", "uk", "ur", "vi",
)  # fmt: skip


def detect_language(*texts: str) -> str:
    """ISO 639-1 code of what ``texts`` are written in; ``en`` where they are too short or too mixed to say."""
    sample = _MARKUP.sub(" ", " ".join(texts)[: 2 * _READ_CHARACTERS])[:_READ_CHARACTERS]
    if not sample.isascii() and (told := _by_script(sample)):
        return told
    if len(list(islice(_ENGLISH.finditer(sample), _MIN_ENGLISH))) == _MIN_ENGLISH:
        return "en"
    words = list(islice(_WORD.finditer(sample), _MIN_WORDS))
    needed = _MIN_WORDS if sample.isascii() or _mostly_latin(sample) else _MIN_WORDS_OTHER_SCRIPT
    if len(words) < needed:
        return "en"
    language, probability = _identifier().classify(sample)
    return str(language) if probability >= _MIN_PROBABILITY else "en"


def _by_script(sample: str) -> str | None:
    letters = sum(map(str.isalpha, sample)) or 1
    han, kana, hangul = (len(script.findall(sample)) for script in (_HAN, _KANA, _HANGUL))
    if kana + han + hangul > letters * _SCRIPT_SHARE:
        if hangul > han + kana:
            return "ko"
        return "ja" if kana * 10 > han else "zh"
    return next((code for script, code in _SCRIPTS if len(script.findall(sample)) > letters * _SCRIPT_SHARE), None)


def _mostly_latin(sample: str) -> bool:
    letters = [letter for letter in sample if letter.isalpha()]
    return 2 * sum(letter <= "\u024f" for letter in letters) >= len(letters)


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - numpy and a model: only when needed

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_LANGUAGES)
    return identifier

"""Keys of values: two texts with the same key name the same thing."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import lru_cache
from importlib.resources import files
from typing import Final

# A plural names the same thing in these; "Brooks" is no plural of the brand "Brook".
_COUNTABLE: Final = frozenset(
    {"TYPE", "INCLUDES", "REQUIRES", "COMPATIBLE_WITH", "SUITABLE_FOR", "USED_IN", "CONTAINS"}
)
_NAMES: Final = frozenset({"BRAND", "MODEL", "AUTHOR", "CERTIFICATION"})
_ARTICLES: Final = re.compile(r"^(?:the|a|an|our|your|its|their)\s+", re.IGNORECASE)
_EDGE: Final = " \t\n.,;:!?'\"“”‘’()[]{}【】（）、，。；：！？*•★✔✅-–—_/|"
_SINGULAR_S: Final = re.compile(
    r"(?:ss|us|is|as|os|ous|news|series|species|jeans|pants|shorts|glasses|scissors|leggings|tights|clothes)$"
)
_PRIME: Final = str.maketrans("’‘′`“”″–—‐‑−", "''''\"\"\"-----")
# "-2.00" is no "2.00": a hyphen before a number is its sign, unless it stands between two things.
_SIGNED: Final = re.compile(r"[-–—−]?(?<!\.)\.?[0-9]")
_NUMBER: Final = re.compile(r"\s*-?[0-9.,]*[0-9]\s*")
_MEASURED: Final = frozenset({"MEASURE", "QUANTITY", "SPEC"})  # elsewhere what stands before a number is a bullet
_HYPHEN: Final = re.compile(r"(?<=[^\s(\[:,/])-|-(?!\.?[0-9])")


def key_of(relation: str, text: str) -> str:
    """The key of ``text`` as the value of ``relation``: alike for case, width, spaces, hyphens and safe plurals."""
    plain = unicodedata.normalize("NFKC", text).translate(_PRIME).casefold()
    signed = relation in _MEASURED or _NUMBER.fullmatch(plain) is not None
    plain = _stripped(" ".join(plain.split()), _EDGE, signed=signed)
    plain = _HYPHEN.sub(" ", plain) if signed else plain.replace("-", " ")
    if relation in _NAMES:
        # "B450-M" and "B450 M" are one model, "B450" is another
        return " ".join(plain.split()) or text.strip().casefold()
    plain = _stripped(" ".join(_ARTICLES.sub("", plain).split()), _EDGE, signed=signed)
    canonical = _aliases().get((relation, plain))
    if canonical is None and relation in _COUNTABLE:
        plain = _singular(plain)
        canonical = _aliases().get((relation, plain))
    return canonical or plain or text.strip().casefold()


def canonical_name(relation: str, key: str) -> str | None:
    """The name of an entity that has other names too, or None where it has none."""
    return key if key in _canonicals().get(relation, frozenset()) else None


def tidy(relation: str, text: str) -> str:
    """``text`` as people read it: one line, single spaces, no punctuation around."""
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    return _stripped(plain, " \t.,;:!?、，。；：！？*•★-–—|", signed=relation in _MEASURED) or plain


def _stripped(text: str, edge: str, *, signed: bool) -> str:
    """``text`` without the characters of ``edge`` around it; a ``signed`` number keeps its sign and its point."""
    text = text.rstrip(edge)
    start = 0
    while start < len(text) and text[start] in edge and not (signed and _SIGNED.match(text, start)):
        start += 1
    return text[start:]


def _singular(plain: str) -> str:
    head, space, last = plain.rpartition(" ")
    if not last.isascii() or len(last) <= 3 or not last.endswith("s") or _SINGULAR_S.search(last):  # noqa: PLR2004 - "gas", "bus"
        return plain
    if last.endswith("ies") and len(last) > 4:  # noqa: PLR2004 - "ties" keeps its "tie"
        last = last[:-3] + "y"
    elif last.endswith(("ches", "shes", "xes", "sses", "zzes")):
        last = last[:-2]
    else:
        last = last[:-1]
    return head + space + last.rstrip("'")


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, list[str]]]:
    loaded: dict[str, dict[str, list[str]]] = tomllib.loads(
        (files("kg.resolution") / "data" / "aliases.toml").read_text(encoding="utf-8")
    )
    return loaded


@lru_cache(maxsize=1)
def _aliases() -> dict[tuple[str, str], str]:
    pairs: dict[tuple[str, str], str] = {}
    for relation, names in _table().items():
        for canonical, others in names.items():
            for name in (canonical, *others):
                pairs[relation, name.casefold()] = canonical
                if relation in _COUNTABLE:
                    pairs.setdefault((relation, _singular(name.casefold())), canonical)
    return pairs


@lru_cache(maxsize=1)
def _canonicals() -> dict[str, frozenset[str]]:
    return {relation: frozenset(names) for relation, names in _table().items()}

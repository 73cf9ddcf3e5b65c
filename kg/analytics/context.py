"""What a sentence says of a product it names: that it fits, goes together with it, does not fit, or merely compares."""

from __future__ import annotations

import re
from typing import Final, Literal

Role = Literal["fits", "together", "named", "denied", "compared"]


def _any(*patterns: str, then: str = "") -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(patterns)}){then}", re.IGNORECASE)


# a full stop within a number or a unit ("1.8 L") ends no sentence; a semicolon does, since what follows stands alone
_SENTENCE_END: Final = re.compile(r"[.!?](?=\s|$)|[;。！？；\n]")
_CLAUSE_END: Final = re.compile(r"[,:;()—–，、：（）]|\bbut\b")
# what may stand between a cue and the name: "fits (all) (the) (28 cm) Smed"
_TO_NAME: Final = (
    r"\s*(?:(?:all|every|any|only|just|both)\s+)?(?:(?:the|your|our|my|an?|any)\s+)?(?:\d[\w.]*\s?\w+\s+)?$"
)
_DENIED_BEFORE: Final = _any(
    r"\b(?:not|never|no longer|cannot|nor)\b",
    r"\b(?:is|do|does|did|will|would|ca|wo)n['’]t\b",
    r"\btoo (?:large|small|wide|narrow|big|thick|long|short) for\b",
    r"\b(?:older|original|previous|discontinued|first|former)\s+$",
    "不适用", "不兼容", "不能用", "不通用", "插不进", "不支持", "不要配", "不适合",
)  # fmt: skip
_DENIED_AFTER: Final = _any(
    r"\b(?:do|does|will|would) not (?:fit|work|suit)\b[^.]*\b(?:it|them)\b", "^[^,，。；]*(?:不适用|不兼容|不通用)"
)
_COMPARED: Final = _any(
    r"\bunlike", r"\bthan", r"\binstead of", r"\bcompared (?:to|with)", r"\bversus", r"\bvs\.?", r"\bsee", r"\bchoose",
    r"\bswitched from", r"\breplaced", r"\bover",
    then=r"\b" + _TO_NAME,
)  # fmt: skip
_FITS_BEFORE: Final = _any(
    r"\b(?:fits?|covers?|for|suits?|compatible with|replaces?|needs?|requires?)\b", r"适配\S{0,4}",
    r"(?:^|[，。\s])给\S{0,3}", "专用于",
    then=_TO_NAME,
)  # fmt: skip
_FITS_SENTENCE: Final = _any(r"^\s*(?:fits\b(?!\s+side)|compatible with|适配)", r"\bsuits?\b.*\bincluding\b")
_FITS_AFTER: Final = _any(
    r"^\s*owners can use", r"^\s*(?:\w+\s+){0,3}required\b", "^[^，。；]{0,8}(?:专配|专用|配的|的替换|的原装|的专用)"
)
_TOGETHER: Final = _any(
    r"\bpair(?:s|ed)?\b", r"\bsuch as\b", r"\blike the\b", r"\btogether\b", r"\balongside\b", r"\bbeside\b",
    r"\bnext to\b", r"\balong with\b", r"\bfollow(?:ed)? with\b", r"\bgoes? (?:straight |well )?(?:with|onto)\b",
    r"\bworks? (?:\w+ )?(?:with|onto)\b", r"\bonto\b", r"\bsit on\b", r"\bhangs?\b", r"\blayers? (?:under|over)\b",
    r"\b(?:partner|match|companion) (?:for|of|to)\b", r"\bin our\b", r"\bwith (?:our|the|my)\b", r"\breports? to\b",
    r"\bconnects? to\b", r"\bsends?\b", "搭配", "一套", "配合", "一起", "铺满", "同牌",
)  # fmt: skip


# "runs on a Domivar Hub": another thing; "Emraw View Binder – the problem:" the text itself
_ANOTHER: Final = re.compile(
    r"\b(?:the|an?|our|your|my|his|her|their|any|every|one|this)\s+$|[\u3400-\u9fff]", re.IGNORECASE
)


def names_another(text: str, start: int) -> bool:
    """Whether what is named at ``start`` is spoken of as another thing than what the text is about."""
    return _ANOTHER.search(text, max(0, start - 12), start) is not None


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence that holds a span (code points, half-open)."""
    begin = 0
    for stop in _SENTENCE_END.finditer(text):
        if stop.end() <= start:
            begin = stop.end()
        elif stop.start() >= end:
            return begin, stop.end()
    return begin, len(text)


def role_of(text: str, start: int, end: int, *, in_title: bool = False) -> Role:
    """What the text says of the product that the span names.

    Args:
        text: as it is read.
        start: where the name starts.
        end: where it ends.
        in_title: the name stands in a title, after the "for" that says what the product is made for.
    """
    begin, stop = sentence_around(text, start, end)
    before, after = text[begin:start], text[end:stop]
    clause = _CLAUSE_END.split(before)[-1]
    if _DENIED_BEFORE.search(clause) or _DENIED_AFTER.search(after):
        return "denied"
    if _COMPARED.search(before):
        return "compared"
    if in_title or _FITS_AFTER.search(after):
        return "fits"
    if _TOGETHER.search(clause):
        return "together"
    if _FITS_BEFORE.search(before) or _FITS_SENTENCE.search(before):
        return "fits"
    return "together" if _TOGETHER.search(before) else "named"

"""What a text itself says of a span as the answer to a question: the figures in it, and the label before it."""

from __future__ import annotations

import re
from typing import Final

from kg.extraction.spans.kinds import of_asked_kind
from kg.naming import plain_name

_LABEL: Final = re.compile(r"(?:^|[\n,;|•·。；，(（【\[.])\s*([^\n,;|•·:：。；，(（【\[.]{1,40})\s*[:：]\s*$")
_LONGEST: Final = 60  # code points before a span in which its label must begin
_LABELLED: Final = 3.0


def agreement(attribute: str, text: str, start: int, end: int, language: str) -> float | None:
    """What speaks for ``text[start:end]`` as the value of ``attribute`` beside the network, in log-odds.

    Args:
        attribute: what is asked for.
        text: all that is asked about.
        start: code point where the answer begins.
        end: code point behind it.
        language: ``en`` or ``zh``.

    Returns:
        None where it is no answer.
    """
    figures = of_asked_kind(attribute, text, start, end, language)
    if figures is None:
        return None
    label = _LABEL.search(text[max(0, start - _LONGEST) : start])
    return figures + (_LABELLED if label and plain_name(label[1]) == plain_name(attribute) else 0.0)

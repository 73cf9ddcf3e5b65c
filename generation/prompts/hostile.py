"""Text that tries to command a model, and text that no prompt or ad may carry.

The defence is by construction: prompts are fixed templates filled with values of typed facts. These rules keep a value
out where it reads like an order, a link or markup, and keep facts out that were read inside such a text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kg.model import Evidence, Fact, Product

_MAX_VALUE: Final = 80
_ORDERS: Final = re.compile(
    r"""
    \b(?:ignore|disregard|forget|override|bypass)\b[^.!?。]{0,40}\b(?:previous|prior|earlier|above|all|any|your|these|other)\b
        [^.!?。]{0,30}\b(?:instructions?|rules?|prompts?|orders?|requirements?|guidelines?|messages?)
    | \bsystem\s*prompt\b | \bapi[\s_-]?keys?\b | \bprompt\s+injection\b | \bjailbreak\b
    | \bmaintenance\s+mode\b | \bdeveloper\s+mode\b | \byou\s+are\s+now\b
    | \b(?:ai|language|chat)\s*(?:assistants?|models?|bots?|summari[sz]ers?)\b
    | \bas\s+an\s+ai\b | \bchatgpt\b | \bllm\b
    | \b(?:attention|note|notice|message)\s+to\s+(?:any\s+|all\s+)?(?:ai|assistants?|models?|summari[sz]ers?)\b
    | ^\s*(?:system|assistant|user|instructions?)\s*:
    | \btell\s+(?:the|every|all|any)\s+(?:shoppers?|customers?|users?|buyers?|readers?)\b
    | \b(?:reveal|print|output|leak)\b[^.!?。]{0,40}\b(?:prompt|password|secrets?|credentials|tokens?|keys)\b
    | <\|[^>]*\|> | \[/?INST\] | \#\#\#\s*\w+ | \{\{.*\}\}
    | 系统(?:提示|指令|消息)|忽略[^。！？]{0,20}(?:要求|规则|指令|指示|提示|内容)|无视[^。！？]{0,20}(?:要求|规则|指令)
    | (?:AI|ai|人工智能|智能)助手|语言模型|提示词|密钥|口令|指令[：:]|你现在是|扮演|只能(?:说|回答)|必须回答
    """,
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
_MARKUP: Final = re.compile(
    r"https?://|www\.|\b[\w-]+\.(?:com|net|org|io|cn|shop)\b|[<>{}\[\]`|\\]|\S+@\S+\.\w|&\w+;", re.IGNORECASE
)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SENTENCE: Final = re.compile(r"[^.!?。！？\n]*(?:[.!?。！？]+|\n|$)")


def is_hostile(text: str) -> bool:
    """Whether a text tries to give orders to a model."""
    return bool(_ORDERS.search(text))


def is_safe_value(value: str) -> bool:
    """Whether the value of a fact may stand in a prompt or an ad: short, one line, no link, markup or order."""
    return bool(
        value.strip()
        and len(value) <= _MAX_VALUE
        and not _CONTROL.search(value)
        and not _MARKUP.search(value)
        and not is_hostile(value)
    )


def trusted_facts(product: Product, facts: tuple[Fact, ...] | list[Fact]) -> list[Fact]:
    """Facts whose value is safe and of which at least one piece of evidence was not read inside an order."""
    return [fact for fact in facts if is_safe_value(fact.value) and _has_clean_evidence(product, fact)]


def _has_clean_evidence(product: Product, fact: Fact) -> bool:
    return not fact.evidence or any(not _is_tainted(product, evidence) for evidence in fact.evidence)


def _is_tainted(product: Product, evidence: Evidence) -> bool:
    if evidence.source == "review":
        return is_hostile(evidence.text)
    try:
        raw = product.raw_field(evidence.field)
    except (KeyError, ValueError):
        return is_hostile(evidence.text)
    return any(start < evidence.end and evidence.start < end for start, end in hostile_spans(raw))


def hostile_spans(text: str) -> list[tuple[int, int]]:
    """Sentences that give orders, as spans; a bracketed order is a span with all of its brackets' content."""
    if not is_hostile(text):
        return []
    spans = [match.span() for match in _SENTENCE.finditer(text) if match.group() and is_hostile(match.group())]
    spans += [
        match.span() for match in re.finditer(r"【[^】]*】|\[[^\]]*\]|\([^)]*\)", text) if is_hostile(match.group())
    ]
    return spans or [(0, len(text))]

"""What a customer wants: something about the product, or a person who looks at their order."""

from __future__ import annotations

import re
from typing import Final, Literal

Intent = Literal[
    "product_question", "suitability", "compatibility", "usage", "comparison", "order", "complaint", "other"
]

_ORDER: Final = re.compile(
    r"""\b(?:my|our|the|an?)\s+(?:order|package|parcel|shipment|delivery)\b | \border\s*(?:no|number|\#)\b
    | \bwhere(?:'s|\s+is|\s+are)\s+my\b | \btracking\b
    | \bwhen\s+will\s+(?:it|they|my)\s+(?:ship|arrive|be\s+delivered)\b
    | \bcancel(?:led|ing)?\b.{0,30}\border | \border.{0,40}\bcancel | \bcharged\s+(?:me\s+)?twice\b
    | \bi\s+(?:just\s+)?ordered\b
    | \bi\s+returned\b | \bshipped\s+to\s+my\b | \b(?:says|shows|marked)\s+(?:as\s+)?delivered\b
    | \border\s+(?:\d|says|shows|was|is)
    | \bcancel\s+(?:the|my|it)\b | \bwaiting\s+\d+\s+(?:days|weeks)\b
    | 我的(?:订单|快递|包裹)|订单号|物流|什么时候(?:发货|到货|到)|取消订单|还没(?:发货|到|收到)""",
    re.IGNORECASE | re.VERBOSE,
)
_COMPLAINT: Final = re.compile(
    r"""\brefund | \bmoney\s+back\b | \breplacement\b(?=[^?]*(?:please|send|want|need)|[.!]?$)
    | \b(?:want|like|how\s+do\s+i|how\s+to|need\s+to|can\s+i)\s+(?:to\s+)?(?:return|exchange|claim)\b
    | \breturn\s+please\b
    | \b(?:arrived|came|showed\s+up)\b.{0,30}
      \b(?:broken|damaged|cracked|shattered|torn|bent|dented|ripped|wrong|scratched
         |with\s+(?:a\s+)?(?:dent|crack|scratch|glue|hole|bent|the\s+lid))\b
    | \b(?:mine|it|they|screen|motor|zipper|strap|one|left|right|bow|lens|sole)\b.{0,25}
      \b(?:broke|stopped\s+working|died|quit|fell\s+off|popped\s+out|came\s+unglued
         |won'?t\s+turn\s+on|started\s+dripping|cracked)\b
      .{0,30}\b(?:after|on|in|day|when|second)\b
    | \b(?:wrong|missing)\b.{0,30}\b(?:size|colou?r|item|one|part|piece|came|arrived|box|set|package|parcel|send)\b
    | \bonly\s+(?:got|have|received|came)\b
    | \bunacceptable\b | \bwas\s+missing\b | \bis\s+missing\s+from\b | \bnot\s+happy\b | \bscam\b
    | \bdoesn'?t\s+work\s+out\s+of\s+the\s+box\b
    | \bspeak\s+to\b | \bwho\s+do\s+i\s+talk\s+to\b
    | \b(?:talk|speak)\s+to\s+a?\s*(?:real\s+)?(?:person|human|someone)\b
    | \bopened\s+the\s+box\b | \bi\s+got\s+(?:a|the)?\s*\w+\s+(?:instead|and\s+ordered)\b
    | \bdo\s+you\s+give\s+a\s+discount\b
    | 退款|退货|换货|投诉|赔偿|发错|少发|漏发|坏了|破损|人工客服|维修吗""",
    re.IGNORECASE | re.VERBOSE,
)
_KINDS: Final[tuple[tuple[Intent, str], ...]] = (
    ("comparison", r"\b(?:compared?|versus|vs\.?|difference|better\s+than|or\s+the)\b|区别|对比|哪个好"),
    (
        "compatibility",
        r"\b(?:fits?|compatible|works?\s+with|connect|plug\s+into|pair\s+with)\b|兼容|适配|能配|支持",
    ),
    (
        "suitability",
        (
            r"\b(?:good\s+for|ok(?:ay)?\s+for|suitable|safe\s+for|right\s+for|for\s+(?:my|an?)\b|years?\s+old|kids?|toddler|baby)\b"
            r"|适合|能给|可以给"
        ),
    ),
    (
        "usage",
        (
            r"\b(?:how\s+(?:do|to|should)|can\s+(?:i|you|it|we)|wash|clean|use\s+it|dishwasher|iron)\b"
            r"|怎么|如何|可以.{0,6}吗|能.{0,6}吗"
        ),
    ),
)


def intent_of(question: str) -> Intent:
    """The intent of a question; ``order``, ``complaint`` and ``other`` go to a person."""
    text = question.replace("’", "'")
    if _COMPLAINT.search(text):
        return "complaint"
    if _ORDER.search(text):
        return "order"
    return next((kind for kind, pattern in _KINDS if re.search(pattern, text, re.IGNORECASE)), "product_question")

"""Whether a text that the claim check passed also reads well: a preposition must suit the fact after it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.model import Claim
    from kg.ontology import Relation

_AFTER: Final[dict[str, frozenset[Relation]]] = {
    "for": frozenset({"USED_FOR", "SUITABLE_FOR", "USED_IN", "OCCASION", "COMPATIBLE_WITH", "TYPE", "MEASURE", "SPEC"}),
    "in": frozenset({"COLOR", "MATERIAL", "USED_IN", "FLAVOR", "MEASURE", "QUANTITY", "TYPE", "STYLE"}),
    "with": frozenset({"FEATURE", "SPEC", "INCLUDES", "CONTAINS", "MATERIAL", "COMPATIBLE_WITH", "MEASURE"}),
    "by": frozenset({"BRAND", "AUTHOR", "MODEL"}),
    "from": frozenset({"BRAND", "AUTHOR", "MODEL", "MATERIAL"}),
}  # fmt: skip
_OPENERS: Final = frozenset(
    [
        "a",
        "an",
        "the",
        "this",
        "these",
        "meet",
        "discover",
        "get",
        "try",
        "choose",
        "your",
        "for",
        "with",
        "made",
        "ready",
        "designed",
        "built",
        "in",
        "no",
    ]
)
_ADJECTIVAL: Final = re.compile(r"(?:ed|able|ible|proof|free|less|ful|ous|ic|al|y)$")


# "A espresso machine", "Model 2", "Laptop Stand: Corvenna", "this laptop stands up to 5 kg".
_FAULTS: Final = re.compile(
    r"\ba (?=[aeio])|\ban (?=[bcdfgjklmnpqrstvwxz][aeiou])|\w: |;|\bstands up to\b|\b(?:model|size|color|feature) \d",
    re.IGNORECASE,
)


def reads_well(text: str, claims: Sequence[Claim], relations: Mapping[str, Relation]) -> bool:
    """Whether a model's text is free of the faults small models make.

    Args:
        text: the text.
        claims: its claims.
        relations: the relation of each fact by its id.
    """
    if _FAULTS.search(text) or _names_one_material_of_several(claims, relations):
        return False
    first = re.match(r"[^\W_]+", text)
    if first is None or (first.group().lower() not in _OPENERS and not any(claim.start == 0 for claim in claims)):
        return False
    for match in re.finditer(r"\b(for|in|with|by|from)\s+(?:the\s+|an?\s+)?", text, re.IGNORECASE):
        claim = next((one for one in claims if one.start == match.end()), None)
        if claim is None or not claim.fact_ids:
            continue
        kinds = {relations[one] for one in claim.fact_ids if one in relations}
        word = match[1].lower()
        if not kinds & _AFTER[word]:
            return False
        if word == "in" and kinds <= {"STYLE"} and _ADJECTIVAL.search(text[claim.start : claim.end]):
            return False
    return True


def _names_one_material_of_several(claims: Sequence[Claim], relations: Mapping[str, Relation]) -> bool:
    """Whether a text would sell what is of aluminium and silicone as "in silicone"."""
    materials = {one for one, relation in relations.items() if relation == "MATERIAL"}
    named = {one for claim in claims for one in claim.fact_ids} & materials
    return bool(named) and named != materials

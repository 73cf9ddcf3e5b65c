"""Prompts for the slots of an ad: our own words, invented examples, and values of typed facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generation.engine import Prompt
from generation.prompts.hostile import is_safe_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.model import Fact
    from kg.ontology import Relation

_SYSTEM: Final = (
    "You write short product ads. Use only the facts given. Do not add features, numbers, prices or superlatives. "
    "Answer with the ad text only."
)
_LABELS: Final[dict[Relation, str]] = {
    "BRAND": "Brand", "TYPE": "Product", "MODEL": "Model", "COLOR": "Color", "MATERIAL": "Material",
    "CONTAINS": "Contains", "MEASURE": "Size", "QUANTITY": "Quantity", "STYLE": "Style", "FLAVOR": "Flavor",
    "FEATURE": "Feature", "SPEC": "Spec", "INCLUDES": "In the box", "COMPATIBLE_WITH": "Works with",
    "REQUIRES": "Needs", "USED_FOR": "Use", "SUITABLE_FOR": "For", "USED_IN": "Place", "OCCASION": "Occasion",
    "CERTIFICATION": "Certificate", "AUTHOR": "By",
}  # fmt: skip
_TASKS: Final = {
    "headline": "Headline of at most {limit} characters",
    "description": "One sentence of at most {limit} characters",
    "primary_text": "One friendly sentence of at most {limit} characters",
    "paragraph": "Two sentences of at most {limit} characters",
}
# Invented products: an example must never bring a real name into an ad.
_EXAMPLES: Final = {
    "headline": (
        ("Product: rain jacket; Feature: waterproof", "Waterproof Rain Jacket"),
        ("Product: desk lamp; Feature: dimmable; Color: white", "Dimmable Desk Lamp in White"),
        ("Product: dog bed; For: small dogs", "Dog Bed for Small Dogs"),
    ),
    "description": (
        (
            "Product: rain jacket; Feature: waterproof; Use: hiking; Color: teal",
            "A waterproof teal rain jacket made for hiking.",
        ),
        (
            "Product: desk lamp; Feature: dimmable; Feature: USB port; Place: office",
            "This dimmable desk lamp with a USB port is made for the office.",
        ),
    ),
}  # fmt: skip


def ad_prompt(slot: str, facts: Sequence[Fact], *, limit: int, tone: str) -> Prompt:
    """The prompt for one slot; facts whose value could command a model are left out."""
    lines = "; ".join(
        f"{_LABELS[fact.relation]}: {'no ' if fact.polarity == 'negated' else ''}{fact.value}"
        for fact in facts
        if is_safe_value(fact.value)
    )
    task = _TASKS.get(slot, _TASKS["description"]).format(limit=limit)
    shown = _EXAMPLES["headline" if slot == "headline" else "description"]
    examples = tuple((f"{task}. Facts: {asked}", written) for asked, written in shown)
    return Prompt(f"{_SYSTEM} The tone is {tone}.", f"{task}. Facts: {lines}", examples)

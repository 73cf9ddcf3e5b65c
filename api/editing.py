"""An edited text: what a person wrote is held to the facts exactly as what the model wrote."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from generation.grounding import check_claims
from kg.model import Part
from shelfgraph.errors import ConflictError, UnprocessableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.graph import ProductGraph
    from kg.model import Fact, Text

_CARRIED: Final = frozenset({"supported", "implied"})


def edited_parts(graph: ProductGraph, text: Text, wanted: Sequence[tuple[str, str]]) -> tuple[Part, ...]:
    """The parts of ``text`` as a person wants them, given as (kind, text), with the claims they make now.

    A part that stays as it was keeps its claims, unless the text is stale: then nothing is taken on trust.

    Raises:
        ConflictError: ``text.product_gone``.
        UnprocessableError: ``text.unsupported_claim`` with the claims, or ``text.part_unknown``.
    """
    kinds = {part.kind for part in text.parts}
    if strange := [kind for kind, _ in wanted if kind not in kinds]:
        raise UnprocessableError("text.part_unknown", f"A text of this kind has no part {strange[0]!r}.")
    stored = graph.products.get(text.product_id)
    if stored is None:
        raise ConflictError("text.product_gone", "The product of this text is gone.", help="Reject the text.")
    kept = {} if text.state == "stale" else {(part.kind, part.text): part for part in text.parts}
    same_length = len(wanted) == len(text.parts)
    parts = []
    for position, (kind, words) in enumerate(wanted):
        part = kept.get((kind, words))
        if part is None:
            before = text.parts[position] if same_length else None
            part = _checked(kind, words, stored.facts, text, before)
        parts.append(part)
    if refused := _refused(parts):
        raise UnprocessableError(
            "text.unsupported_claim",
            "The facts of the product do not carry what this text states.",
            help="Change what is marked, or correct the product.",
            claims=refused,
        )
    return tuple(parts)


def _checked(kind: str, words: str, facts: Sequence[Fact], text: Text, before: Part | None) -> Part:
    claims = check_claims(words, facts, language=text.language, kind=text.kind)
    if before is not None and before.kind == kind:
        origin = before.origin if before.text == words else "editor"
        return replace(before, text=words, claims=claims, origin=origin)
    return Part(kind=kind, text=words, origin="editor", claims=claims)


def _refused(parts: Sequence[Part]) -> list[dict[str, Any]]:
    return [
        {
            "part": position,
            "kind": part.kind,
            "start": claim.start,
            "end": claim.end,
            "text": part.text[claim.start : claim.end],
            "verdict": claim.verdict,
            "fact_ids": list(claim.fact_ids),
            "reason": claim.reason,
        }
        for position, part in enumerate(parts)
        for claim in part.claims
        if claim.verdict not in _CARRIED
    ]

"""The verifier alone: does this text say only what the facts carry?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from apiflask import APIBlueprint

from api.auth import needs
from api.schemas.claims import ClaimsCheckIn, ClaimsCheckOut, FactIn
from api.schemas.texts import ClaimOut
from api.services import services
from generation.grounding import check_claims
from kg.catalog import detect_language
from kg.model import Fact, fact_id
from kg.resolution import resolve
from shelfgraph.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

blueprint = APIBlueprint("claims", __name__, url_prefix="/v1/claims", tag="Claims")


@blueprint.post("/check")
@needs("marketing")
@blueprint.input(ClaimsCheckIn, location="json", arg_name="body")
@blueprint.output(ClaimsCheckOut)
def check(body: ClaimsCheckIn) -> ClaimsCheckOut:
    """Check a text against the facts of a product, or against facts you give."""
    language = body.language or detect_language(body.text)
    facts = _facts_of(body.product_id) if body.product_id is not None else _given(body.facts or [], language)
    claims = check_claims(body.text, facts, language=language)
    return ClaimsCheckOut(claims=[ClaimOut.model_validate(claim) for claim in claims])


def _facts_of(product_id: str) -> Sequence[Fact]:
    stored = services().graph.products.get(product_id)
    if stored is None:
        raise NotFoundError("product.not_found", "There is no such product.")
    return stored.facts


def _given(facts: Sequence[FactIn], language: str) -> Sequence[Fact]:
    made = []
    for one in facts:
        entity = resolve(one.relation, one.value, language=language)
        made.append(
            Fact(
                fact_id=fact_id("", one.relation, one.polarity, entity.key),
                product_id="",
                relation=one.relation,
                polarity=one.polarity,
                entity=entity,
                confidence=1.0,
            )
        )
    return made

"""From a request and a product's facts to ads whose every word rests on facts."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from generation.ad_copy import chinese, english_headlines, english_sentences
from generation.ad_copy.candidates import Candidate
from generation.ad_copy.channels import CHANNELS, Slot, Tone
from generation.ad_copy.paths import paths
from generation.ad_copy.planning import Plan, plan_facts
from generation.ad_copy.request import AdRequest, supported
from generation.ad_copy.selection import Checked, Selection, as_part
from generation.grounding import ClaimChecker, worst
from kg.model import Fact, Part, Product, Review, Text
from shelfgraph.errors import UnprocessableError
from shelfgraph.identifiers import new_id

if TYPE_CHECKING:
    from generation.engine import Generator

Progress = Callable[[float, str], None]


def write_ad(  # noqa: PLR0913 - what an ad rests on, all named
    request: AdRequest,
    product: Product,
    facts: Sequence[Fact],
    *,
    generator: Generator | None,
    reviews: Sequence[Review] = (),
    progress: Progress | None = None,
) -> tuple[Text, ...]:
    """Write the variants of an ad.

    The same request, product, facts and generator give the same parts; another seed or variant gives others.

    Args:
        request: what is asked for.
        product: the product.
        facts: its facts in any state; only open ones are stated.
        generator: writes candidates; None leaves every slot to the realiser.
        reviews: what customers praise raises a fact's place; they are never quoted.
        progress: called with the share done and a word on what is being done.

    Raises:
        UnprocessableError: ``ad_copy.too_few_facts`` where a slot that the channel demands stays empty,
            ``ad_copy.language_unsupported`` for a product in a language without support.
    """
    language = supported(request.language or product.language)
    plan = plan_facts(product, facts, reviews=reviews, language=language)
    checker = ClaimChecker(plan.facts, language=language)
    plan = replace(plan, facts=tuple(fact for fact in plan.facts if _passes(checker, fact)))
    texts: list[Text] = []
    said: set[str] = set()  # what an earlier variant says is no news in the next
    for variant in range(request.variants):
        if progress:
            progress(variant / request.variants, f"variant {variant + 1}")
        texts.append(
            _variant(request, plan, checker, language=language, variant=variant, generator=generator, said=said)
        )
        said |= {part.text for part in texts[-1].parts if part.kind != "path"}
    return tuple(texts)


def _passes(checker: ClaimChecker, fact: Fact) -> bool:
    """Whether a fact's own words pass the check: one that speaks against itself or another would spoil every text."""
    return fact.polarity == "negated" or worst(checker.check(fact.value)) in {"supported", "implied"}


def _variant(  # noqa: PLR0913 - all keyword-only but three
    request: AdRequest,
    plan: Plan,
    checker: ClaimChecker,
    *,
    language: str,
    variant: int,
    generator: Generator | None,
    said: set[str],
) -> Text:
    seed = _seed(request, plan, language, variant)
    rng = random.Random(seed)
    selection = Selection(checker, plan, language=language)
    written: dict[str, list[Candidate]] = {}
    slots = CHANNELS[request.channel]
    if generator is not None and language == "en":
        from generation.ad_copy.model_candidates import model_candidates  # noqa: PLC0415 - only where a model is used

        written = model_candidates(plan, slots, cast("Tone", request.tone), generator, seed=seed % 2**31)
    parts: list[Part] = []
    chosen: list[Checked] = []
    for slot in slots:
        candidates = [*written.get(slot.kind, []), *_realised(plan, slot, cast("Tone", request.tone), rng, language)]
        beside = chosen if slot.kind != "path" else ()
        taken = selection.choose([one for one in candidates if one.text not in said], slot, beside=beside)
        if len(taken) < slot.least:  # few facts: rather the same words again than no text
            taken = selection.choose(candidates, slot, beside=beside)
        if len(taken) < slot.least:
            raise _too_few(plan, slot, len(taken))
        chosen += taken
        parts += map(as_part, taken)
    details: dict[str, Any] = {
        "seed": request.seed,
        "variant": variant,
        "engine": generator.name if generator else None,
    }
    if written:
        details["candidates"] = {kind: [one.text for one in many] for kind, many in written.items()}
    return Text(
        text_id=new_id("txt"),
        kind="ad_copy",
        product_id=plan.product.product_id,
        language=language,
        parts=tuple(parts),
        request={**request.as_params(), "language": language, "variant": variant},
        details=details,
    )


def _realised(plan: Plan, slot: Slot, tone: Tone, rng: random.Random, language: str) -> list[Candidate]:
    if slot.kind == "path":
        return list(paths(plan, language=language))
    if language == "zh":
        if slot.kind == "headline" or slot.limit <= 30:  # noqa: PLR2004 - a short slot is written like a headline
            return [_as(one, slot.kind) for one in chinese.headlines(plan, tone, rng)]
        return chinese.sentences(plan, tone, rng, kind=slot.kind, limit=slot.limit)
    if slot.kind == "headline" or slot.limit <= 30:  # noqa: PLR2004 - as above
        return [_as(one, slot.kind) for one in english_headlines.headlines(plan, tone, rng)]
    return english_sentences.sentences(plan, tone, rng, kind=slot.kind, limit=slot.limit)


def _as(candidate: Candidate, kind: str) -> Candidate:
    return Candidate(kind, candidate.text, candidate.theme, candidate.facts, candidate.merit, candidate.origin)


def _seed(request: AdRequest, plan: Plan, language: str, variant: int) -> int:
    identity = "\x1f".join(
        (plan.product.product_id, request.channel, request.tone, language, str(request.seed), str(variant))
    )
    return int.from_bytes(hashlib.blake2b(identity.encode(), digest_size=8).digest(), "big")


def _too_few(plan: Plan, slot: Slot, found: int) -> UnprocessableError:
    return UnprocessableError(
        "ad_copy.too_few_facts",
        f"The facts give {found} of the {slot.least} {slot.kind}s that the channel needs.",
        help="Add attributes, bullets or a description to the product, or choose another channel.",
        slot=slot.kind,
        needed=slot.least,
        found=found,
        facts=[{"relation": f.relation, "polarity": f.polarity, "value": f.value} for f in plan.facts[:20]],
    )

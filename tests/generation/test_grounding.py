from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.grounding import check_claims, worst
from generation.grounding.lexicon import english
from generation.grounding.tokens import tokenize

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.model import Fact


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("A light tee in ring-spun cotton", "supported"),
        ("Weighs 320 g", "supported"),
        ("Weighs 0.32 kg", "supported"),
        ("Weighs 330 g", "contradicted"),
        ("Waterproof tee", "unsupported"),
        ("Water resistant tee", "supported"),
        ("Resists water", "implied"),
        ("The best tee", "unsupported"),
        ("Certified organic tee", "unsupported"),
        ("Cures eczema", "unsupported"),
        ("Polyester tee", "contradicted"),
        ("Made without parabens", "supported"),
        ("Paraben-free tee", "supported"),
        ("With parabens", "contradicted"),
        ("Not water resistant", "contradicted"),
        ("Buy now, today only", "unsupported"),
        ("Save 20% on a tee", "unsupported"),
        ("For camping", "supported"),
        ("Case included", "contradicted"),
        ("Case not included", "supported"),
        ("Pack of 3 tees", "supported"),
        ("Three tees in a pack", "supported"),
        ("Four tees in a pack", "unsupported"),
    ],
)
def test_verdict_of_one_claim(text: str, verdict: str, fact: Callable[..., Fact]) -> None:
    facts = [
        fact("TYPE", "tee"),
        fact("FEATURE", "light"),
        fact("MATERIAL", "ring-spun cotton"),
        fact("MEASURE", "320 g"),
        fact("FEATURE", "water resistant"),
        fact("CONTAINS", "parabens", polarity="negated"),
        fact("USED_FOR", "camping"),
        fact("INCLUDES", "case", polarity="negated"),
        fact("QUANTITY", "Pack of 3"),
    ]
    assert worst(check_claims(text, facts)) == verdict


def test_what_follows_from_a_fact_is_implied_and_never_the_reverse(fact: Callable[..., Fact]) -> None:
    assert worst(check_claims("UV protection", [fact("SPEC", "UPF 50+")])) == "implied"
    assert worst(check_claims("Water resistant", [fact("FEATURE", "waterproof")])) == "implied"
    assert worst(check_claims("Waterproof", [fact("FEATURE", "water resistant")])) in {"unsupported", "contradicted"}


def test_contested_and_closed_facts_carry_nothing(fact: Callable[..., Fact]) -> None:
    contested = fact("MATERIAL", "stainless steel", state="contested")
    (claim,) = check_claims("Stainless steel", [contested])
    assert (claim.verdict, claim.reason) == ("unsupported", "the fact is contested")
    assert claim.fact_ids == (contested.fact_id,)
    assert (
        worst(check_claims("Stainless steel", [fact("MATERIAL", "stainless steel", state="closed")])) == "unsupported"
    )


def test_half_of_a_bond_is_no_support(fact: Callable[..., Fact]) -> None:
    facts = [fact("FEATURE", "water resistant"), fact("TYPE", "bottle")]
    assert worst(check_claims("Bottle with water", facts)) == "unsupported"


def test_a_number_belongs_to_its_noun(fact: Callable[..., Fact]) -> None:
    facts = [fact("SPEC", "15 bar pump"), fact("SPEC", "9 bar group")]
    assert worst(check_claims("15 bar pump", facts)) == "supported"
    assert worst(check_claims("9 bar pump", facts)) == "contradicted"


def test_chinese(fact: Callable[..., Fact]) -> None:
    def zh(relation: str, value: str, **more: str) -> Fact:
        return fact(relation, value, language="zh", **more)

    facts = [
        zh("TYPE", "炒锅"),
        zh("MEASURE", "32cm"),
        zh("FEATURE", "不粘"),
        zh("COMPATIBLE_WITH", "电磁炉", polarity="negated"),
        zh("MATERIAL", "压铸铝"),
    ]

    def verdict(text: str) -> str:
        return worst(check_claims(text, facts, language="zh"))

    assert verdict("32cm不粘炒锅，采用压铸铝") == "supported"
    assert verdict("28cm炒锅") == "contradicted"
    assert verdict("电磁炉可用") == "contradicted"
    assert verdict("不适用电磁炉") == "supported"
    assert verdict("全网第一炒锅") == "unsupported"
    assert verdict("终身保修炒锅") == "unsupported"


@settings(deadline=None, max_examples=150)
@given(
    text=st.text(max_size=60)
    | st.lists(st.sampled_from(["soft", "steel", "lamp", "5", "kg", "free", "not", "best", "for", "the"])).map(" ".join)
)
def test_every_content_word_is_in_a_claim_whatever_the_text(text: str) -> None:
    claims = check_claims(text, [])
    idle = english().function | english().glue
    cues = english().include_cues | english().require_cues
    for claim in claims:
        assert 0 <= claim.start < claim.end <= len(text)
        assert claim.verdict in {"unsupported", "contradicted"}
    covered = {place for claim in claims for place in range(claim.start, claim.end)}
    for token in tokenize(text):
        if (
            token.word not in idle
            and token.stem not in cues
            and not token.negator
            and token.word not in {"sold", "separately"}
        ):
            assert token.start in covered, (text, token)


@settings(deadline=None, max_examples=60)
@given(text=st.text(alphabet="不含的锅32cm铝，。最好 abc", max_size=30))
def test_chinese_claims_stay_inside_the_text(text: str) -> None:
    for claim in check_claims(text, [], language="zh"):
        assert 0 <= claim.start < claim.end <= len(text)
        assert claim.verdict == "unsupported"


def test_importing_the_checks_loads_no_model_library() -> None:
    code = (
        "import sys, generation.jobs, generation.grounding, generation.engine\n"
        "print({'torch', 'transformers'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=240)
    assert done.stdout.strip() == "set()"


def test_unsupported_claims_of_the_labelled_set_do_not_pass(shared: Path, fact: Callable[..., Fact]) -> None:
    bad = passed = 0
    for line in (shared / "data/claims/dev.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        facts = [fact(one["relation"], one["value"], polarity=one["polarity"]) for one in row["facts"]]
        for claim in row["claims"]:
            if claim["verdict"] in {"unsupported", "contradicted"}:
                bad += 1
                passed += worst(check_claims(claim["claim"], facts)) in {"supported", "implied"}
    assert passed / bad < 0.02

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.entailment import consequences, lattice
from kg.entailment.lattice import parse
from kg.resolution import resolve

if TYPE_CHECKING:
    from kg.model import Polarity
    from kg.ontology import Relation


def _implied(relation: Relation, polarity: Polarity, text: str, *, holds: Polarity) -> set[str]:
    return {one.value for one in consequences(relation, polarity, resolve(relation, text)) if one.polarity == holds}


@pytest.mark.parametrize(
    ("relation", "text", "implied"),
    [
        ("SPEC", "UPF 50+", "UV protection"),
        ("SPEC", "UPF50+", "UPF 40+"),
        ("FEATURE", "Waterproof", "water resistant"),
        ("FEATURE", "防水", "splash resistant"),
        ("SPEC", "IPX7", "withstands immersion in 1 m of water for 30 minutes"),
        ("SPEC", "IP65", "dust tight"),
        ("CERTIFICATION", "IPX4防泼溅", "water resistant"),
        ("MATERIAL", "316不锈钢", "stainless steel"),
        ("MATERIAL", "ABS plastic", "plastic"),
        ("FEATURE", "machine-washable", "washable"),
        ("SPEC", "SPF50+ PA++++", "UV protection"),
    ],
)
def test_what_follows(relation: Relation, text: str, implied: str) -> None:
    assert implied in _implied(relation, "affirmed", text, holds="affirmed")


@pytest.mark.parametrize(
    ("relation", "text", "not_implied"),
    [
        ("FEATURE", "water resistant", "waterproof"),
        ("FEATURE", "splash proof", "water resistant"),
        ("SPEC", "IPX4", "waterproof"),
        ("SPEC", "IPX7", "IPX5"),
        ("SPEC", "UPF 30", "UPF 50+"),
        ("FEATURE", "UV protection", "UPF 50+"),
        ("MATERIAL", "steel", "stainless steel"),
        ("FEATURE", "washable", "machine washable"),
        ("SPEC", "UPF 50+", "waterproof"),
    ],
)
def test_never_the_reverse(relation: Relation, text: str, not_implied: str) -> None:
    assert not_implied not in _implied(relation, "affirmed", text, holds="affirmed")


def test_a_denial_implies_against_the_steps() -> None:
    assert "waterproof" in _implied("FEATURE", "negated", "water resistant", holds="negated")
    assert "water resistant" not in _implied("FEATURE", "negated", "waterproof", holds="negated")
    assert "PTFE" in _implied("CONTAINS", "negated", "PFAS", holds="negated")
    assert "PFAS" not in _implied("CONTAINS", "negated", "PTFE", holds="negated")


def test_exclusions() -> None:
    assert "machine washable" in _implied("FEATURE", "affirmed", "hand wash only", holds="negated")
    assert "beeswax" in _implied("FEATURE", "affirmed", "vegan", holds="negated")


def test_no_pair_of_concepts_implies_each_other() -> None:
    known = lattice()
    for concept in known.concepts.values():
        entity = resolve("FEATURE", concept.value)
        for step in known.steps:
            if step.of == concept.name and not step.excludes:
                target = known.concepts[step.to]
                relation: Relation = (
                    "FEATURE" if target.kind == "property" else "MATERIAL" if target.kind == "material" else "CONTAINS"
                )
                back = consequences(relation, "affirmed", resolve(relation, target.value))
                assert concept.value not in {one.value for one in back}, (concept.name, step.to)
        assert entity.key


def test_every_step_has_a_reason_and_every_concept_knows_its_own_name() -> None:
    known = lattice()
    assert all(step.why.strip() for step in known.steps)
    for concept in known.concepts.values():
        relation: Relation = {"property": "FEATURE", "material": "MATERIAL", "substance": "CONTAINS"}[concept.kind]  # type: ignore[assignment]
        entity = resolve(relation, concept.value)
        assert concept in known.named(relation, entity.key, entity.name), concept.name


def test_a_circle_is_refused() -> None:
    concept = '[concepts.{0}]\nkind = "property"\nvalue = "{0}"\nphrases = ["{0}"]\nmatch = ["{0}"]\n'
    step = '[[implies]]\nof = "{}"\nto = "{}"\nwhy = "so"\n'
    with pytest.raises(ValueError, match="circle"):
        parse(concept.format("a") + concept.format("b") + step.format("a", "b") + step.format("b", "a"))
    with pytest.raises(ValueError, match="unknown concept"):
        parse(concept.format("a") + step.format("a", "z"))

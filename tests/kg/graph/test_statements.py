from __future__ import annotations

import re
from pathlib import Path

import pytest

from kg.graph.rows import product_properties
from kg.graph.statements import PRODUCT_FIELDS, schema_statements, source, statement
from kg.model import Product
from kg.ontology import DERIVED_RELATIONS, ENTITY_LABELS, RELATIONS

ROOT = Path(__file__).resolve().parents[3]
FILES = sorted(path.name for path in (ROOT / "cypher").glob("*.cypher"))
STATEMENTS = [name.removesuffix(".cypher") for name in FILES if not name.startswith("schema_")]


@pytest.mark.parametrize("name", FILES)
def test_each_file_starts_with_what_it_does(name: str) -> None:
    assert source(name).startswith("// ")
    assert source(name).endswith("\n")


@pytest.mark.parametrize("name", STATEMENTS)
def test_each_statement_is_asked_by_name_and_has_every_slot_filled(name: str) -> None:
    text = statement(name, relation="COLOR", label="Color")
    assert "{{" not in text
    assert "//" not in text
    assert ";" not in text
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "kg" / "graph").glob("*.py"))
    generic = re.sub(r"_(imports|jobs|texts)_", "_{noun}_", name)
    assert f'"{name}"' in code or f'f"{generic}"' in code, "nobody asks this"


@pytest.mark.parametrize("slots", [{"relation": "X]-() DETACH DELETE"}, {"label": "Product"}, {"relation": "color"}])
def test_a_slot_takes_the_ontology_only(slots: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="ontology"):
        statement("open_facts", **slots)


def test_a_slot_must_be_filled() -> None:
    with pytest.raises(ValueError, match="nothing fills"):
        statement("open_facts", relation="COLOR")


def test_every_key_that_is_merged_on_is_unique() -> None:
    constrained = {
        (match[1], match[2])
        for text in schema_statements("schema_constraints.cypher")
        if (match := re.search(r"FOR \(n:(\w+)\) REQUIRE n\.(\w+) IS UNIQUE", text))
    }
    merged = {
        match.groups()
        for name in STATEMENTS
        for match in re.finditer(r"MERGE \(\w+:(\w+) \{(\w+):", statement(name, relation="COLOR", label="Color"))
    }
    assert ("Product", "product_id") in merged
    assert merged <= constrained
    assert {(label, "key") for label in ENTITY_LABELS} <= constrained


def test_one_label_per_node() -> None:
    for name in STATEMENTS:
        assert not re.search(r"\(\w*:\w+:\w+", statement(name, relation="COLOR", label="Color")), name


def test_the_embedded_engine_has_every_type_before_data_comes() -> None:
    made = " ".join(schema_statements("schema_indexes_arcadedb.sql"))
    for relation in (*RELATIONS, *DERIVED_RELATIONS):
        assert f"EDGE TYPE {relation} " in made
    for label in ENTITY_LABELS:
        assert f"VERTEX TYPE {label} " in made


def test_product_fields_are_those_of_a_product() -> None:
    written = set(product_properties(Product(product_id="1", title="t")))
    assert written == {*PRODUCT_FIELDS, "variant_group"}  # the group as it is indexed: nobody reads it back

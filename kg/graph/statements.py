"""The statements of the package ``cypher``, with the slots that Cypher has no parameters for.

A slot is filled from the closed lists of the ontology and from the fixed field list below, never from data.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import Final

from kg.ontology import DERIVED_RELATIONS, ENTITY_LABELS, RELATIONS

PRODUCT_FIELDS: Final = (
    "product_id", "title", "description", "bullets", "brand", "product_type", "item_group_id", "color", "size",
    "material", "gtin", "condition", "url", "image_url", "language", "price_amount", "price_currency",
    "sale_price_amount", "sale_price_currency", "availability",
)  # fmt: skip
_SLOT = re.compile(r"\{\{(\w+)\}\}")
_RELATION_NAMES = frozenset({*RELATIONS, *DERIVED_RELATIONS})
_FIXED: Final = {
    "relations": "|".join(RELATIONS),
    "links": "|".join(DERIVED_RELATIONS),
    "product_fields": ", ".join(f".{name}" for name in PRODUCT_FIELDS),
}


@lru_cache(maxsize=256)
def statement(name: str, *, relation: str = "", label: str = "") -> str:
    """The text of ``cypher/{name}.cypher`` with its slots filled.

    Args:
        name: the file, without its suffix.
        relation: what fills ``{{relation}}``: one of the ontology's relations.
        label: what fills ``{{label}}``: one of the ontology's entity labels.

    Raises:
        ValueError: a slot has no value, or one that is not in the ontology.
    """
    if relation and relation not in _RELATION_NAMES:
        raise ValueError(f"{relation!r} is no relation of the ontology")
    if label and label not in ENTITY_LABELS:
        raise ValueError(f"{label!r} is no label of the ontology")
    values = {**_FIXED, "relation": relation, "label": label}

    def fill(match: re.Match[str]) -> str:
        value = values.get(match[1])
        if not value:
            raise ValueError(f"{name}.cypher: nothing fills the slot {match[0]}")
        return value

    return _SLOT.sub(fill, _without_comments(source(f"{name}.cypher")))


def schema_statements(file: str) -> list[str]:
    """The statements of a schema file, separated by semicolons; one with a slot is repeated for each of its values."""
    statements = [part.strip() for part in _without_comments(source(file)).split(";")]
    return [filled for text in statements if text for filled in _repeated(text)]


def source(file: str) -> str:
    """The text of a file of the package ``cypher``."""
    return files("cypher").joinpath(file).read_text(encoding="utf-8")


def _repeated(text: str) -> list[str]:
    if "{{label}}" in text:
        return [text.replace("{{label}}", label) for label in ENTITY_LABELS]
    if "{{relation}}" in text:
        return [text.replace("{{relation}}", relation) for relation in (*RELATIONS, *DERIVED_RELATIONS)]
    return [text]


def _without_comments(text: str) -> str:
    # Comments stand on lines of their own: the engines cache plans by the text, and need not read our prose.
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(("//", "--"))).strip()

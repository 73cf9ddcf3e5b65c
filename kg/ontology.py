"""The closed list of relations: the label each one's entity has, and which of them are functional.

Cypher cannot take a relationship type or a label as a parameter; the slots of a statement are filled from here and
from nowhere else.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final, Literal, get_args

Relation = Literal[
    "BRAND", "TYPE", "MODEL", "COLOR", "MATERIAL", "CONTAINS", "MEASURE", "QUANTITY", "STYLE", "FLAVOR", "FEATURE",
    "SPEC", "INCLUDES", "COMPATIBLE_WITH", "REQUIRES", "USED_FOR", "SUITABLE_FOR", "USED_IN", "OCCASION",
    "CERTIFICATION", "AUTHOR",
]  # fmt: skip
DerivedRelation = Literal["VARIANT_OF", "SAME_AS", "SUBSTITUTE_FOR", "COMPLEMENTS", "ACCESSORY_FOR", "SIMILAR_TO"]

RELATIONS: Final[tuple[Relation, ...]] = get_args(Relation)
DERIVED_RELATIONS: Final[tuple[DerivedRelation, ...]] = get_args(DerivedRelation)

LABELS: Final = MappingProxyType[Relation, str]({
    "BRAND": "Brand", "TYPE": "ProductType", "MODEL": "Model", "COLOR": "Color", "MATERIAL": "Material",
    "CONTAINS": "Substance", "MEASURE": "Measure", "QUANTITY": "Quantity", "STYLE": "Style", "FLAVOR": "Flavor",
    "FEATURE": "Feature", "SPEC": "Spec", "INCLUDES": "Item", "COMPATIBLE_WITH": "Device", "REQUIRES": "Item",
    "USED_FOR": "Use", "SUITABLE_FOR": "Audience", "USED_IN": "Place", "OCCASION": "Occasion",
    "CERTIFICATION": "Certification", "AUTHOR": "Person",
})  # fmt: skip
ENTITY_LABELS: Final[tuple[str, ...]] = tuple(sorted(set(LABELS.values())))

# Two open values of one product contradict each other: BRAND always, the others when kind and part are the same.
FUNCTIONAL: Final[frozenset[Relation]] = frozenset({"BRAND", "MEASURE", "SPEC", "QUANTITY"})

"""The lists of the sample's notes, against what the graph says of its products once they are linked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.analytics import link_products, related
from shelfgraph.errors import NotFoundError

if TYPE_CHECKING:
    from kg.analytics.relating import Kind
    from kg.graph import ProductGraph
    from kg.model import Product

pytestmark = pytest.mark.slow

_ACCESSORIES = """
HK-1004 HK-1001 HK-1002 HK-1003
HK-1005 HK-1001 HK-1002 HK-1003 HK-1009
HK-1010 HK-1009
HK-1011 HK-1009
HK-2007 HK-2002
HK-3002 HK-3001
HK-3003 HK-3001
HK-3008 HK-3007
HK-6004 HK-6002 HK-6003
GD-4002 GD-4001
TL-1003 GD-4001 TL-1001 TL-1002 TL-4001
TL-4002 TL-4001
EL-1004 EL-1001 EL-1002 EL-1003
EL-1007 EL-1006
EL-1008 EL-1006
EL-1017 EL-1016
EL-1021 EL-1020
EL-1030 EL-1029
EL-1033 EL-1031
CP-2005 CP-2001 CP-2002 CP-2003 CP-2004
CP-2013 CP-2011 CP-2012
OF-3003 OF-3001 OF-3002
OF-3005 OF-3004
TG-4002 TG-4001
TG-4007 TG-4005 TG-4006
CL-2001 CL-1101 CL-1102
SH-1501 SH-1101
SH-1601 SH-1001 SH-1003
BG-1101 BG-1002 BG-1003
BG-1401 BG-1301 BG-1302
BE-1302 BE-1301
BE-1602 BE-1601
HL-1002 HL-1001
HL-1202 HL-1201
SP-1202 SP-1201
SP-1402 SP-1401
BB-1002 BB-1001
PT-1002 PT-1001
ZH-1004 ZH-1001
ZH-1006 ZH-1005
ZH-1009 ZH-1008
ZH-2004 ZH-2001 ZH-2002 ZH-2003
ZH-3008 ZH-3007
ZH-4007 ZH-4005 ZH-4006
ZH-6005 ZH-6004
ZH-7002 ZH-7001
"""
_SUBSTITUTES = """
BE-1001 BE-1101
BG-1002 BG-1201
CL-1101 CL-1201
CP-2001 CP-2004
EL-1001 EL-1005
EL-1010 EL-1011
EL-1016 EL-1018
EL-1025 EL-1026
GD-2001 GD-2002
HK-1001 HK-1006
HK-1007 HK-1008
HK-2002 HK-2003
HK-2004 HK-2006
HK-3001 HK-3004
HK-4005 HK-4006
HK-5001 HK-5002
HL-1001 HL-1101
SH-1101 SH-1201
SP-1501 SP-1601
TG-4003 TG-4004
TL-1001 TL-1004
ZH-1001 ZH-1003
ZH-2001 ZH-2005
ZH-3001 ZH-3004
ZH-4001 ZH-4002
ZH-5001 ZH-5002
ZH-6001 ZH-6003
ZH-7001 ZH-7003
"""
_COMPLEMENTS = """
BE-1001 BE-1301
BE-1201 CL-1301
BG-1301 BG-1601
BG-1302 BG-1601
CL-1001 CL-1501
CL-1601 SH-1101
CP-2001 CP-2015
CP-2006 CP-2015
EL-1010 EL-1012
EL-1010 EL-1013
EL-1010 EL-1015
EL-1011 EL-1015
EL-1016 EL-1019
EL-1018 EL-1019
EL-1022 EL-1023
EL-1022 EL-1026
EL-1022 EL-1027
EL-1028 EL-1032
EL-1029 EL-1032
GD-1001 GD-1003
GD-1002 GD-1003
GD-3001 GD-3002
HK-1001 HK-1007
HK-1008 HK-1012
HK-2008 HK-2009
HK-4001 HK-4006
HK-5002 HK-5003
HK-5003 HK-5007
OF-3006 OF-3008
SP-1001 SP-1101
SP-1301 SP-1401
TG-4009 TG-4010
TL-1003 TL-4001
ZH-1005 ZH-1008
ZH-1005 ZH-1009
ZH-1007 ZH-5003
ZH-2007 ZH-2008
ZH-4001 ZH-4003
ZH-5001 ZH-5005
ZH-7001 ZH-7004
ZH-7001 ZH-7005
"""
_NO_ACCESSORIES = """
HK-1004 HK-1006
HK-2007 HK-2001
HK-3003 HK-3004
HK-6004 HK-6001
TL-1003 TL-1004
EL-1030 EL-1028
SH-1601 SH-1002
BG-1101 BG-1001
HL-1002 HL-1101
ZH-1004 ZH-1002
"""


def _pairs(lines: str) -> set[frozenset[str]]:
    return {frozenset(line.split()) for line in lines.strip().splitlines()}


ACCESSORIES = {(line.split()[0], target) for line in _ACCESSORIES.strip().splitlines() for target in line.split()[1:]}
NO_ACCESSORIES = {(line.split()[0], line.split()[1]) for line in _NO_ACCESSORIES.strip().splitlines()}
SUBSTITUTES = _pairs(_SUBSTITUTES)
COMPLEMENTS = _pairs(_COMPLEMENTS)


@pytest.fixture(scope="module")
def linked(shop: ProductGraph, sample_products: list[Product]) -> ProductGraph:
    link_products(shop, [product.product_id for product in sample_products])
    return shop


def pairs_of(graph: ProductGraph, products: list[Product], kind: Kind) -> set[frozenset[str]]:
    return {
        frozenset((product.product_id, other.product_id))
        for product in products
        for other in related(graph, product.product_id, kind=kind, limit=100)
    }


def test_accessories(linked: ProductGraph, sample_products: list[Product]) -> None:
    found = {
        (link.source_id, link.target_id)
        for product in sample_products
        for link in linked.related.links(product.product_id)
        if link.relation == "ACCESSORY_FOR"
    }
    assert len(found & ACCESSORIES) >= 0.95 * len(ACCESSORIES), sorted(ACCESSORIES - found)
    assert len(found & ACCESSORIES) >= 0.95 * len(found), sorted(found - ACCESSORIES)
    assert not found & NO_ACCESSORIES


def test_complements(linked: ProductGraph, sample_products: list[Product]) -> None:
    """Compared by variant group, since a list names one of the colours. Four of the notes' name no product at all."""
    group = {product.product_id: product.item_group_id or product.product_id for product in sample_products}
    found = {frozenset(group[one] for one in pair) for pair in pairs_of(linked, sample_products, "complement")}
    wanted = {frozenset(group[one] for one in pair) for pair in COMPLEMENTS}
    assert len(found & wanted) >= 0.7 * len(wanted), [sorted(pair) for pair in wanted - found]
    assert len(found & wanted) >= 0.9 * len(found), [sorted(pair) for pair in found - wanted]


def test_substitutes(linked: ProductGraph, sample_products: list[Product]) -> None:
    """Other variants of a rival are substitutes too: precision is counted by group."""
    group = {product.product_id: product.item_group_id or product.product_id for product in sample_products}
    pairs = pairs_of(linked, sample_products, "substitute")
    assert len(pairs & SUBSTITUTES) >= 0.95 * len(SUBSTITUTES), [sorted(pair) for pair in SUBSTITUTES - pairs]
    found = {frozenset(group[one] for one in pair) for pair in pairs}
    wanted = {frozenset(group[one] for one in pair) for pair in SUBSTITUTES}
    assert len(found & wanted) >= 0.85 * len(found), [sorted(pair) for pair in found - wanted]


def test_variants_are_those_of_the_group(linked: ProductGraph, sample_products: list[Product]) -> None:
    for product in sample_products:
        group = {
            other.product_id
            for other in sample_products
            if product.item_group_id and other.item_group_id == product.item_group_id
        }
        found = related(linked, product.product_id, kind="variant", limit=100)
        assert {one.product_id for one in found} == group - {product.product_id}


def test_every_kind_has_its_place_and_each_product_one_kind(linked: ProductGraph) -> None:
    found = related(linked, "HK-1001", limit=20)
    kinds = {one.product_id: one.kind for one in found}
    assert len(kinds) == len(found)
    assert kinds["HK-1002"] == "variant"
    assert kinds["HK-1004"] == "accessory"
    assert kinds["HK-1006"] == "substitute"
    assert kinds["HK-1007"] == "complement"
    assert all(0 < one.score <= 1 and one.reasons for one in found)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_a_reason_shows_the_words_it_rests_on(linked: ProductGraph, sample_products: list[Product]) -> None:
    products = {product.product_id: product for product in sample_products}
    for product_id in ("HK-1001", "ZH-1001", "TL-1003"):
        for one in related(linked, product_id, kind="accessory"):
            for path in one.reasons:
                evidence = path["evidence"]
                assert evidence is not None
                raw = products[evidence["product_id"]].raw_field(evidence["field"])
                assert raw[evidence["start"] : evidence["end"]] == evidence["text"]
                ids = {node["id"] for node in path["nodes"]}
                assert {f"Product:{product_id}", f"Product:{one.product_id}"} <= ids
                assert all({edge["source"], edge["target"]} <= ids for edge in path["edges"])


def test_hostile_texts_link_nothing(linked: ProductGraph) -> None:
    for product_id, rival in (("GD-2002", "GD-2001"), ("HK-1001", "HK-1006"), ("ZH-7003", "ZH-7001")):
        assert rival not in {link.target_id for link in linked.related.links(product_id)}


def test_linking_again_changes_nothing(linked: ProductGraph) -> None:
    before = linked.related.links("HK-1004")
    link_products(linked, ["HK-1004"])
    assert linked.related.links("HK-1004") == before


def test_an_unknown_product_is_an_error(linked: ProductGraph) -> None:
    with pytest.raises(NotFoundError):
        related(linked, "nothing")

from __future__ import annotations

from kg.catalog import content_hash, offer_hash

from .feeds import lines_of, product, read


def test_hashes_tell_content_from_offer() -> None:
    base = read(lines_of(product(1, price={"amount": 12.9, "currency": "USD"}, brand="B")))[0][0]
    same = read(lines_of(product(1, price="12.90 USD", brand="B")))[0][0]
    cheaper = read(lines_of(product(1, price="11.90 USD", brand="B")))[0][0]
    renamed = read(lines_of(product(1, price="12.90 USD", brand="C")))[0][0]
    moved = read(lines_of(product(1, price="12.90 USD", color="B")))[0][0]
    assert (content_hash(base), offer_hash(base)) == (content_hash(same), offer_hash(same))
    assert content_hash(base) == content_hash(cheaper)
    assert offer_hash(base) != offer_hash(cheaper)
    assert len({content_hash(one) for one in (base, renamed, moved)}) == 3

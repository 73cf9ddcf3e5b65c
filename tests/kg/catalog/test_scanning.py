from __future__ import annotations

import io

from kg.catalog import scan

from .feeds import lines_of, product, read


def test_scan_finds_what_is_replaced() -> None:
    feed = lines_of(
        product(1, title="old"), product(2), {"title": "no id"}, product(1, title="new"), product(1, price="x")
    )
    with scan(io.BytesIO(feed)) as found:
        assert (found.rows, found.rejected, found.superseded_count, found.fault) == (5, 2, 1, None)
        assert [found.superseded(line) for line in (1, 2, 4)] == [True, False, False]
        assert found.has_id("P-1")
        assert not found.has_id("P-3")
        products, refused, _ = read(feed, superseded=found.superseded)
    assert [one.title for one in products] == ["Product 2", "new"]
    assert refused[0].code == "catalog.duplicate_id"
    assert '"old"' in refused[0].row


def test_scan_keeps_the_fault_and_what_came_before() -> None:
    with scan(io.BytesIO(b'[{"product_id":"1","title":"a"},{"prod')) as found:
        assert found.rows == 1
        assert found.fault is not None
        assert found.fault.code == "catalog.feed_truncated"

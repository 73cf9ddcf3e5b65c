from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.graph import ChangedProduct, ProductGraph


def follow(graph: ProductGraph, version: int, *, limit: int) -> tuple[list[ChangedProduct], int]:
    products: list[ChangedProduct] = []
    after = None
    while True:
        batch = graph.changes.since(version, limit=limit, after=after)
        products += batch.products
        after = batch.next_after
        if after is None:
            return products, batch.version


def test_changes_come_in_order_each_once_on_any_page_size(shop: Any) -> None:
    graph = shop.graph
    graph.products.write([shop.row(name, shop.fact(name)) for name in "EDCBA"])
    graph.products.write([shop.row(name) for name in "GF"])
    graph.products.delete(["B"], sequence=shop.next())
    shop.put("D", title="changed")
    for limit in (1, 2, 3, 7, 100):
        products, version = follow(graph, 0, limit=limit)
        assert [one.product_id for one in products] == ["A", "C", "E", "F", "G", "B", "D"]
        assert [one.version for one in products] == [1, 1, 1, 2, 2, 3, 4]
        assert version == 4
    assert [one.deleted for one in products] == [False] * 5 + [True, False]
    assert [one.product_id for one in follow(graph, 2, limit=10)[0]] == ["B", "D"]
    assert follow(graph, 4, limit=10) == ([], 4)


def test_a_product_that_changes_between_two_pages_is_not_missed(shop: Any) -> None:
    graph = shop.graph
    graph.products.write([shop.row(name) for name in "ABCD"])
    first = graph.changes.since(0, limit=2)
    shop.put("A", title="changed")
    second = graph.changes.since(0, limit=10, after=first.next_after)
    assert [one.product_id for one in second.products] == ["C", "D", "A"]
    assert second.version == 2


def test_an_empty_graph_has_version_zero(any_graph: ProductGraph) -> None:
    assert any_graph.changes.since(0).products == ()
    assert any_graph.changes.version() == 0


def test_reviews_and_offers_reach_the_follower(shop: Any) -> None:
    graph = shop.graph
    shop.put("A", shop.fact("A"))
    graph.reviews.write([shop.review("R", "A", rating=4)])
    [changed] = follow(graph, 1, limit=10)[0]
    assert (changed.review_count, changed.rating_average) == (1, 4.0)
    assert [fact.value for fact in changed.facts] == ["Steel"]

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kg.graph import ImportCheckpoint, ImportCounts, ImportRequest, ReviewReceipt


def test_reviews_count_and_average_and_version_the_product(shop: Any) -> None:
    graph = shop.graph
    shop.put("A")
    writes = [shop.review("R1", "A", rating=5), shop.review("R2", "A", rating=2), shop.review("R3", "A"),
              shop.review("R4", "nobody", rating=1)]  # fmt: skip
    receipt = graph.reviews.write(writes)
    assert (receipt.changed, receipt.unchanged, receipt.unknown_product) == (3, 0, ("R4",))
    stored = graph.products.get("A")
    assert (stored.review_count, stored.rating_average, stored.version) == (3, 3.5, receipt.version)
    again = graph.reviews.write([replace(write, sequence=shop.next()) for write in writes])
    assert (again.changed, again.unchanged, again.version) == (0, 3, receipt.version)
    assert [review.rating for review in graph.reviews.all("A")] == [5.0, 2.0, None]


def test_an_older_review_never_wins(shop: Any) -> None:
    shop.put("A")
    shop.graph.reviews.write([shop.review("R1", "A", "new", sequence=100)])
    receipt = shop.graph.reviews.write([shop.review("R1", "A", "old", sequence=99)])
    assert (receipt.changed, receipt.unchanged) == (0, 1)
    assert [review.body for review in shop.graph.reviews.all("A")] == ["new"]


def test_a_changed_review_makes_what_cites_it_stale_a_new_one_does_not(shop: Any) -> None:
    graph = shop.graph
    shop.put("A")
    graph.reviews.write([shop.review("R1", "A"), shop.review("R2", "A")])
    graph_text, other = shop.publish("A", reviews=("R1",)), shop.publish("A", reviews=("R2",))
    assert shop.state_of(graph_text) == shop.state_of(other) == "draft"
    assert graph.reviews.write([shop.review("R3", "A")]).stale_text_ids == ()
    receipt = graph.reviews.write([shop.review("R1", "A", "Changed my mind.")])
    assert receipt.stale_text_ids == (graph_text,)
    assert shop.state_of(graph_text) == "stale"
    assert shop.state_of(other) == "draft"


def test_a_review_that_moves_counts_where_it_is(shop: Any) -> None:
    graph = shop.graph
    shop.put("A")
    shop.put("B")
    graph.reviews.write([shop.review("R1", "A", rating=4)])
    text_id = shop.publish("A", reviews=("R1",))
    receipt = graph.reviews.write([shop.review("R1", "B", rating=4)])
    assert receipt.stale_text_ids == (text_id,)
    assert (graph.products.get("A").review_count, graph.products.get("B").review_count) == (0, 1)
    assert graph.products.get("A").rating_average is None
    assert graph.reviews.all("A") == []


def test_reviews_page_in_order(shop: Any) -> None:
    graph = shop.graph
    shop.put("A")
    graph.reviews.write([shop.review(f"R{number}", "A") for number in range(5)])
    first = graph.reviews.page("A", 3)
    second = graph.reviews.page("A", 3, first.next_cursor)
    assert [review.review_id for review in (*first.results, *second.results)] == [f"R{number}" for number in range(5)]
    assert second.next_cursor is None


def test_a_checkpoint_may_count_what_became_of_the_reviews(shop: Any) -> None:
    graph = shop.graph
    shop.put("A")
    import_id = graph.imports.accept(ImportRequest(kind="reviews")).import_id
    graph.imports.claim(import_id, "w", 60)

    def reached(receipt: ReviewReceipt) -> ImportCheckpoint:
        counts = ImportCounts(read=2, changed=receipt.changed, rejected=len(receipt.unknown_product))
        return ImportCheckpoint(import_id, 2, counts, 2, "w")

    graph.reviews.write([shop.review("R1", "A"), shop.review("R2", "nobody")], checkpoint=reached)
    after = graph.imports.get(import_id)
    assert (after.line, after.counts.changed, after.counts.rejected) == (2, 1, 1)

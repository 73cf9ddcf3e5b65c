from __future__ import annotations

import http.server
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from shelfgraph.errors import ShelfgraphError
from workers.imports import run_import

from .conftest import WORKER, cut_gzip, feed, product

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .conftest import Shop


def test_the_same_feed_again_changes_nothing(shop: Shop) -> None:
    rows = [product(number, price={"amount": 5, "currency": "EUR"}) for number in range(20)]
    first = shop.run(shop.accept(rows))
    assert (first.state, first.counts.read, first.counts.changed, first.progress) == ("succeeded", 20, 20, 1.0)
    assert shop.graph.products.count() == 20
    second = shop.run(shop.accept(rows))
    assert (second.state, second.counts.changed, second.counts.unchanged) == ("succeeded", 0, 20)
    assert shop.graph.changes.version() == first.catalogue_version


def test_refused_rows_are_kept_with_line_and_reason(shop: Shop) -> None:
    rows: list[Any] = [product(number) for number in range(20)]
    rows[3] = b"not json\n"
    rows[9] = {"product_id": "P-900"}
    rows[12] = product(12, price={"amount": "cheap"})
    done = shop.run(shop.accept(rows))
    assert (done.state, done.counts.read, done.counts.accepted, done.counts.rejected) == ("succeeded", 20, 17, 3)
    assert [(row["line"], row["field"]) for row in shop.rejected(done.import_id)] == [
        (4, ""),
        (10, "title"),
        (13, "price"),
    ]
    assert all(row["code"].startswith("catalog.") and row["reason"] for row in shop.rejected(done.import_id))


def test_of_an_id_that_comes_twice_the_last_row_wins(shop: Shop) -> None:
    rows = [product(number) for number in range(18)]
    rows[17] = product(2, title="Copper kettle")
    done = shop.run(shop.accept(rows))
    assert (done.counts.read, done.counts.changed, done.counts.rejected) == (18, 17, 1)
    [duplicate] = shop.rejected(done.import_id)
    assert (duplicate["line"], duplicate["code"]) == (3, "catalog.duplicate_id")
    stored = shop.graph.products.get("P-002")
    assert stored is not None
    assert stored.product.title == "Copper kettle"


def test_an_import_that_breaks_off_goes_on_and_counts_each_row_once(shop: Shop) -> None:
    rows: list[Any] = [product(number) for number in range(50)]
    for line in (5, 20, 33):
        rows[line] = b"{broken\n"
    commits = []

    def break_off(version: int) -> None:
        commits.append(version)
        if len(commits) == 3:
            raise RuntimeError("the worker fell over")

    shop.on_commit = break_off
    import_id = shop.accept(rows)
    assert not run_import(import_id, services=shop.services, worker=WORKER)
    between = shop.look(import_id)
    assert between.state == "running"
    assert 0 < between.counts.read < 50
    done = shop.run(import_id)
    assert (done.state, done.counts.read, done.counts.changed, done.counts.rejected) == ("succeeded", 50, 47, 3)
    assert [row["line"] for row in shop.rejected(import_id)] == [6, 21, 34]
    assert shop.graph.products.count() == 47


def test_another_batch_size_after_a_break_counts_the_same(shop: Shop) -> None:
    rows: list[Any] = [product(number) for number in range(50)]
    rows[30] = rows[41] = b"{broken\n"
    commits = []

    def break_off(version: int) -> None:
        commits.append(version)
        if len(commits) == 2:
            raise RuntimeError("the worker fell over")

    shop.on_commit = break_off
    import_id = shop.accept(rows)
    run_import(import_id, services=shop.services, worker=WORKER)
    smaller = replace(shop.services, settings=shop.settings.model_copy(update={"import_batch": 3}))
    run_import(import_id, services=smaller, worker=WORKER)
    done = shop.look(import_id)
    assert (done.state, done.counts.read, done.counts.changed, done.counts.rejected) == ("succeeded", 50, 48, 2)
    assert [row["line"] for row in shop.rejected(import_id)] == [31, 42]


def test_an_import_that_never_gets_further_is_parked_and_can_be_retried(shop: Shop) -> None:
    def fall_over(_version: int) -> None:
        raise RuntimeError("the worker fell over")

    shop.on_commit = fall_over
    import_id = shop.accept([product(1)])
    # Its one batch is committed before the announcement fails; that is progress, and the count starts again there.
    ended = [run_import(import_id, services=shop.services, worker=WORKER) for _ in range(2)]
    assert ended == [False, True]
    assert shop.look(import_id).state == "succeeded"
    shop.on_commit = lambda _version: None

    def unreadable(_name: str) -> Any:
        raise OSError("the disk is gone")

    import_id = shop.accept([product(2)])
    shop.blobs.open = unreadable  # type: ignore[method-assign]  # a disk that fails
    ended = [run_import(import_id, services=shop.services, worker=WORKER) for _ in range(1)]
    del shop.blobs.open
    assert ended == [False]
    assert shop.run(import_id).state == "succeeded"


def test_a_worker_that_dies_at_the_same_rows_each_time_parks_the_import(shop: Shop) -> None:
    import_id = shop.accept([product(1)])
    from workers.imports.deliveries import Deliveries

    for _ in range(shop.settings.max_deliveries):  # taken up, and then killed
        claimed = shop.graph.imports.claim(import_id, WORKER, 30)
        assert claimed is not None
        Deliveries(shop.blobs, claimed).count()
    parked = shop.run(import_id)
    assert parked.state == "parked"
    assert parked.error is not None
    assert parked.error["code"] == "import.parked"
    assert shop.graph.products.count() == 0
    shop.graph.imports.retry(import_id)
    assert shop.run(import_id).state == "succeeded"


def test_a_full_feed_deletes_what_it_lacks(shop: Shop) -> None:
    shop.run(shop.accept([product(number) for number in range(20)]))
    done = shop.run(shop.accept([product(number) for number in range(3, 20)], mode="full"))
    assert (done.state, done.counts.unchanged, done.counts.deleted) == ("succeeded", 17, 3)
    assert shop.graph.products.count() == 17
    assert shop.graph.products.get("P-001") is None


def test_a_full_feed_that_lacks_too_much_asks_before_it_writes(shop: Shop) -> None:
    shop.run(shop.accept([product(number) for number in range(20)]))
    import_id = shop.accept([product(number, title="New title") for number in range(10)], mode="full")
    parked = shop.run(import_id)
    assert parked.state == "parked"
    assert parked.error is not None
    assert (parked.error["code"], parked.error["missing"]) == ("catalog.deletions_need_consent", 10)
    assert (parked.counts.read, shop.graph.products.count()) == (0, 20)
    shop.graph.imports.retry(import_id, allow_deletions=True)
    done = shop.run(import_id)
    assert (done.state, done.counts.changed, done.counts.deleted) == ("succeeded", 10, 10)
    assert shop.graph.products.count() == 10


def test_a_product_pushed_meanwhile_is_not_deleted(shop: Shop) -> None:
    from kg.ingestion import SequencedProduct
    from kg.model import Product

    shop.run(shop.accept([product(number) for number in range(20)]))
    import_id = shop.accept([product(number) for number in range(20)], mode="full")
    pushed = SequencedProduct(shop.graph.next_sequence(), Product(product_id="NEW", title="Pushed later"))
    shop.services.writer.write([pushed])
    assert shop.run(import_id).counts.deleted == 0
    assert shop.graph.products.get("NEW") is not None


@pytest.mark.parametrize("mode", ["upsert", "full"])
def test_rows_before_a_fault_of_the_feed_stay_and_nothing_is_deleted(shop: Shop, mode: str) -> None:
    shop.run(shop.accept([product(900)]))
    body = feed([product(number, description="x" * 2000) for number in range(40)])
    done = shop.run(shop.accept(cut_gzip(body), mode=mode))
    assert done.state == "failed"
    assert done.error is not None
    assert done.error["code"] == "catalog.feed_truncated"
    assert 0 < done.counts.changed < 40
    assert done.counts.deleted == 0
    assert shop.graph.products.count() == done.counts.changed + 1


def test_a_feed_that_is_no_feed_fails_with_its_code(shop: Shop) -> None:
    done = shop.run(shop.accept(b"PK\x03\x04 a spreadsheet"))
    assert done.state == "failed"
    assert done.error is not None
    assert done.error["code"] == "catalog.feed_not_text"


def test_reviews_are_counted_once_and_unknown_products_are_named(shop: Shop) -> None:
    shop.run(shop.accept([product(1), product(2)]))
    rows = [
        {"review_id": f"R-{number}", "product_id": f"P-{1 + number % 3:03d}", "rating": 4, "body": f"Good {number}"}
        for number in range(18)
    ]
    done = shop.run(shop.accept(rows, kind="reviews"))
    assert (done.state, done.counts.read, done.counts.changed, done.counts.rejected) == ("succeeded", 18, 12, 6)
    assert {row["code"] for row in shop.rejected(done.import_id)} == {"catalog.unknown_product"}
    again = shop.run(shop.accept(rows, kind="reviews"))
    assert (again.counts.changed, again.counts.unchanged, again.counts.rejected) == (0, 12, 6)
    stored = shop.graph.products.get("P-001")
    assert stored is not None
    assert stored.review_count == 6


def test_a_broken_off_import_of_reviews_counts_each_once(shop: Shop) -> None:
    shop.run(shop.accept([product(1)]))
    rows = [{"review_id": f"R-{number}", "product_id": "P-001", "rating": 4, "body": "Good"} for number in range(30)]

    def break_off(_version: int) -> None:
        shop.on_commit = lambda _version: None
        raise RuntimeError("the worker fell over")

    shop.on_commit = break_off
    import_id = shop.accept(rows, kind="reviews")
    assert not run_import(import_id, services=shop.services, worker=WORKER)
    done = shop.run(import_id)
    assert (done.state, done.counts.read, done.counts.changed, done.counts.unchanged) == ("succeeded", 30, 30, 0)


def test_a_cancelled_import_stops_and_keeps_what_it_had(shop: Shop) -> None:
    import_id = shop.accept([product(number) for number in range(80)])
    commits = []

    def cancel(version: int) -> None:
        commits.append(version)
        if len(commits) == 2:
            shop.graph.imports.cancel(import_id)

    shop.on_commit = cancel
    assert run_import(import_id, services=shop.services, worker=WORKER)
    done = shop.look(import_id)
    assert done.state == "cancelled"
    assert done.counts.changed == shop.graph.products.count() < 80


def test_another_worker_cannot_take_what_one_holds(shop: Shop) -> None:
    import_id = shop.accept([product(1)])
    assert shop.graph.imports.claim(import_id, "import@elsewhere/0", 30) is not None
    assert run_import(import_id, services=shop.services, worker=WORKER)
    assert shop.look(import_id).counts.read == 0


class _Feed(http.server.BaseHTTPRequestHandler):
    asked = 0

    def do_GET(self) -> None:
        type(self).asked += 1
        body = feed([product(number) for number in range(10)])
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def feed_url() -> Iterator[str]:
    _Feed.asked = 0
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Feed) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/feed.jsonl"
        server.shutdown()
        thread.join()


def test_a_feed_at_a_private_address_is_refused_unless_allowed(shop: Shop, feed_url: str) -> None:
    from kg.graph import ImportRequest

    refused = shop.run(shop.graph.imports.accept(ImportRequest(source_name=feed_url)).import_id)
    assert refused.state == "failed"
    assert refused.error is not None
    assert _Feed.asked == 0
    allowed = replace(shop.services, settings=shop.settings.model_copy(update={"import_allow_private_urls": True}))
    import_id = shop.graph.imports.accept(ImportRequest(source_name=feed_url)).import_id
    run_import(import_id, services=allowed, worker=WORKER)
    assert (shop.look(import_id).state, shop.graph.products.count(), _Feed.asked) == ("succeeded", 10, 1)
    assert shop.blobs.exists(f"imports/{import_id}/body")


def test_errors_have_a_sentence_and_a_code(shop: Shop) -> None:
    done = shop.run(shop.accept(b""))
    assert done.error is not None
    assert ShelfgraphError(done.error["code"], done.error["title"]).problem()["title"].endswith(".")

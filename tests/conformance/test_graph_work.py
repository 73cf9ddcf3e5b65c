"""Imports and jobs: accepted once, held by one worker at a time, ended once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kg.graph import Idempotency, ImportCheckpoint, ImportCounts, ImportRequest, ProductGraph
from shelfgraph.clock import ManualClock
from shelfgraph.errors import ConflictError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shelfgraph.settings import Settings

NOW = 1_800_000_000_000


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def timed(graph_settings: Settings, any_graph: ProductGraph, clock: ManualClock) -> Iterator[ProductGraph]:
    del any_graph  # it emptied the graph
    with ProductGraph.connect(graph_settings, clock=clock) as graph:
        yield graph


def test_an_accepted_import_comes_back_as_it_was(any_graph: ProductGraph) -> None:
    request = ImportRequest(kind="reviews", format="csv", mode="full", mapping={"title": "na'me"}, blob="b/1",
                            source_name="f.csv", allow_deletions=True, size_bytes=5, sha256="ab")  # fmt: skip
    accepted = any_graph.imports.accept(request)
    assert accepted == any_graph.imports.get(accepted.import_id)
    assert (accepted.state, accepted.progress, accepted.line, accepted.error) == ("accepted", 0.0, 0, None)
    for name in ("kind", "format", "mode", "mapping", "blob", "source_name", "allow_deletions", "size_bytes", "sha256"):
        assert getattr(accepted, name) == getattr(request, name)


def test_sequences_grow_in_the_order_of_acceptance(any_graph: ProductGraph) -> None:
    first = any_graph.imports.accept(ImportRequest())
    pushed = any_graph.next_sequence()
    second = any_graph.imports.accept(ImportRequest())
    assert first.sequence * 10**9 < pushed < second.sequence * 10**9
    assert pushed % 10**9 == 0


def test_an_idempotency_key_answers_the_same_import_and_refuses_another(any_graph: ProductGraph) -> None:
    key = Idempotency("k'1", "print", "key_1")
    first = any_graph.imports.accept(ImportRequest(), idempotency=key)
    assert any_graph.imports.accept(ImportRequest(), idempotency=key).import_id == first.import_id
    assert len(any_graph.imports.page().results) == 1
    with pytest.raises(ConflictError) as refusal:
        any_graph.imports.accept(ImportRequest(), idempotency=Idempotency("k'1", "other", "key_1"))
    assert refusal.value.code == "request.idempotency_conflict"
    other = any_graph.imports.accept(ImportRequest(), idempotency=Idempotency("k'1", "other", "key_2"))
    assert other.import_id != first.import_id, "keys belong to who sent them"
    job = any_graph.jobs.accept("ad_copy", {"a": 1}, idempotency=Idempotency("k2", "p", "key_1"))
    assert any_graph.jobs.accept("ad_copy", {"a": 1}, idempotency=Idempotency("k2", "p", "key_1")) == job


def test_one_worker_holds_an_import_until_its_lease_ends(timed: ProductGraph, clock: ManualClock) -> None:
    import_id = timed.imports.accept(ImportRequest()).import_id
    claimed = timed.imports.claim(import_id, "one", 60)
    assert claimed is not None
    assert (claimed.state, claimed.attempts) == ("running", 1)
    assert timed.imports.claim(import_id, "two", 60) is None
    clock.sleep(50)
    assert timed.imports.heartbeat(import_id, "one", 60)
    clock.sleep(50)
    assert timed.imports.claim(import_id, "two", 60) is None
    assert timed.imports.pending() == []
    clock.sleep(11)
    assert timed.imports.pending() == [import_id]
    taken = timed.imports.claim(import_id, "two", 60)
    assert taken is not None
    assert taken.attempts == 2
    assert not timed.imports.heartbeat(import_id, "one", 60)


def test_a_checkpoint_and_its_batch_are_one(shop: Any) -> None:
    graph = shop.graph
    import_id = graph.imports.accept(ImportRequest()).import_id
    graph.imports.claim(import_id, "w", 60)
    counts = ImportCounts(read=2, changed=2, rejected=1)
    rows = [shop.row("A"), shop.row("B")]
    receipt = graph.products.write(rows, checkpoint=ImportCheckpoint(import_id, 3, counts, 6, "w"))
    after = graph.imports.get(import_id)
    assert (after.line, after.counts, after.total_rows, after.catalogue_version) == (3, counts, 6, receipt.version)
    assert after.progress == pytest.approx(2 / 6)
    # Nothing changes: the checkpoint moves on without a version. The same again, late: it does not move back.
    later = ImportCounts(read=4, changed=2, unchanged=2, rejected=1)
    graph.products.write(rows, checkpoint=ImportCheckpoint(import_id, 5, later, 6, "w"))
    graph.products.write(rows, checkpoint=ImportCheckpoint(import_id, 3, counts, 6, "w"))
    after = graph.imports.get(import_id)
    assert (after.line, after.counts, after.counts.accepted) == (5, later, 4)
    assert graph.changes.version() == receipt.version


@pytest.mark.parametrize("lost_by", ["cancel", "takeover"])
def test_a_worker_who_lost_the_import_leaves_nothing_behind(shop: Any, lost_by: str) -> None:
    graph = shop.graph
    import_id = graph.imports.accept(ImportRequest()).import_id
    graph.imports.claim(import_id, "w", -1)
    if lost_by == "cancel":
        graph.imports.cancel(import_id)
    else:
        assert graph.imports.claim(import_id, "other", 60)
    checkpoint = ImportCheckpoint(import_id, 1, ImportCounts(read=1, changed=1), 1, "w")
    shop.put("kept")
    for write in (
        lambda: graph.products.write([shop.row("A", shop.fact("A"))], checkpoint=checkpoint),
        lambda: graph.products.delete(["kept"], sequence=shop.next(), checkpoint=checkpoint),
        lambda: graph.reviews.write([shop.review("R", "kept")], checkpoint=checkpoint),
    ):
        with pytest.raises(ConflictError) as refusal:
            write()
        assert refusal.value.code == "import.lease_lost"
    assert graph.products.states(["A"]) == {}
    assert graph.products.get("kept").review_count == 0
    assert graph.imports.get(import_id).line == 0
    assert graph.changes.version() == 1


def test_an_import_ends_once(any_graph: ProductGraph) -> None:
    imports = any_graph.imports
    import_id = imports.accept(ImportRequest()).import_id
    imports.claim(import_id, "w", 60)
    assert imports.finish(import_id, "succeeded", worker="not the holder").state == "running"
    done = imports.finish(import_id, "succeeded", worker="w")
    assert (done.state, done.progress, done.catalogue_version) == ("succeeded", 1.0, 0)
    assert imports.finish(import_id, "failed", {"code": "x"}).state == "succeeded"
    assert imports.claim(import_id, "w", 60) is None
    for verb in (imports.cancel, imports.retry):
        with pytest.raises(ConflictError):
            verb(import_id)
    for verb in (imports.cancel, imports.retry):
        with pytest.raises(NotFoundError):
            verb("imp_none")
    assert imports.get("imp_none") is None
    assert imports.claim("imp_none", "w", 60) is None


def test_a_failed_import_is_retried_from_its_checkpoint_with_deletions_allowed(shop: Any) -> None:
    imports = shop.graph.imports
    import_id = imports.accept(ImportRequest(mode="full")).import_id
    imports.claim(import_id, "w", 60)
    shop.graph.products.write([shop.row("A")], checkpoint=ImportCheckpoint(import_id, 7, ImportCounts(read=7), 9, "w"))
    failed = imports.finish(import_id, "parked", {"code": "import.too_many_deletions"})
    assert failed.error == {"code": "import.too_many_deletions"}
    again = imports.retry(import_id, allow_deletions=True)
    assert (again.state, again.line, again.error, again.attempts) == ("accepted", 7, None, 0)
    assert again.allow_deletions
    assert imports.waiting() == 1


def test_a_job_goes_from_accepted_to_its_texts(shop: Any) -> None:
    jobs = shop.graph.jobs
    shop.put("A", shop.fact("A"))
    job = jobs.accept("ad_copy", {"product_id": "A", "tone": "pla'in", "n": [1, None]})
    assert jobs.get(job.job_id) == job
    assert job.params == {"product_id": "A", "tone": "pla'in", "n": [1, None]}
    assert jobs.waiting() == 1
    assert jobs.claim(job.job_id, "w", 60).attempts == 1
    assert jobs.claim(job.job_id, "other", 60) is None
    assert jobs.heartbeat(job.job_id, "w", 60, 0.5, stage="writing")
    texts = [shop.text("A", shop.fact("A").fact_id), shop.text("A")]
    assert not jobs.succeed(job.job_id, texts, "other")
    assert jobs.succeed(job.job_id, texts, "w")
    assert jobs.succeed(job.job_id, [shop.text("A")], "w"), "delivered again, it is done already"
    done = jobs.get(job.job_id)
    assert (done.state, done.progress, done.error) == ("succeeded", 1.0, None)
    assert done.result_text_ids == tuple(text.text_id for text in texts)
    assert len(shop.graph.texts.page().results) == 2
    events = jobs.events(job.job_id)
    assert [event.seq for event in events] == [1, 2, 3, 4]
    assert [event.data.get("state") for event in events] == ["accepted", "running", None, "succeeded"]
    assert events[2].data == {"progress": 0.5, "stage": "writing"}
    assert [event.seq for event in jobs.events(job.job_id, after=3)] == [4]
    assert jobs.waiting() == 0


def test_a_long_job_keeps_its_last_events_and_their_numbers(any_graph: ProductGraph) -> None:
    job_id = any_graph.jobs.accept("answer", {}).job_id
    any_graph.jobs.claim(job_id, "w", 60)
    for step in range(210):
        any_graph.jobs.heartbeat(job_id, "w", 60, step / 210)
    events = any_graph.jobs.events(job_id)
    assert [event.seq for event in events] == list(range(13, 213))
    assert events[-1].data["progress"] == pytest.approx(209 / 210)


def test_a_cancelled_job_stores_nothing(shop: Any) -> None:
    jobs = shop.graph.jobs
    shop.put("A")
    job_id = jobs.accept("ad_copy", {}).job_id
    jobs.claim(job_id, "w", 60)
    assert jobs.cancel(job_id).state == "cancelled"
    assert jobs.cancel(job_id).state == "cancelled"
    assert not jobs.heartbeat(job_id, "w", 60, 0.5)
    assert not jobs.succeed(job_id, [shop.text("A")], "w")
    assert not jobs.fail(job_id, {"code": "x"}, "w")
    assert jobs.claim(job_id, "w", 60) is None
    assert shop.graph.texts.page().results == ()
    assert jobs.retry(job_id).state == "accepted"
    with pytest.raises(ConflictError):
        jobs.retry(job_id)


def test_the_worker_that_took_over_stores_its_texts_once(shop: Any) -> None:
    jobs = shop.graph.jobs
    shop.put("A")
    job_id = jobs.accept("ad_copy", {}).job_id
    jobs.claim(job_id, "slow", -1)
    assert jobs.claim(job_id, "quick", 60).attempts == 2
    assert not jobs.succeed(job_id, [shop.text("A")], "slow")
    assert jobs.succeed(job_id, [shop.text("A")], "quick")
    assert jobs.succeed(job_id, [shop.text("A")], "slow")
    assert len(shop.graph.texts.page().results) == 1


def test_jobs_wait_fail_park_and_are_listed(timed: ProductGraph, clock: ManualClock) -> None:
    jobs = timed.jobs
    first, second, third = (jobs.accept(kind, {}).job_id for kind in ("ad_copy", "answer", "ad_copy"))
    assert jobs.pending() == [], "the message may still be on its way"
    clock.sleep(6)
    assert jobs.pending() == [first, second, third]
    assert jobs.pending(limit=2) == [first, second]
    jobs.claim(first, "w", 60)
    assert not jobs.fail(first, {"code": "x"}, "other")
    assert jobs.fail(first, {"code": "ad_copy.too_few_facts", "title": "Too few"}, "w")
    assert jobs.park(second, {"code": "job.poison"})
    assert not jobs.park(first, {"code": "job.poison"})
    assert jobs.pending() == [third]
    assert jobs.get(first).error == {"code": "ad_copy.too_few_facts", "title": "Too few"}
    assert [job.job_id for job in jobs.page().results] == [third, second, first]
    assert [job.job_id for job in jobs.page(kind="ad_copy", limit=1).results] == [third]
    assert [job.job_id for job in jobs.page(state="parked").results] == [second]
    page = jobs.page(kind="ad_copy", limit=1)
    assert [job.job_id for job in jobs.page(kind="ad_copy", limit=1, cursor=page.next_cursor).results] == [first]
    assert jobs.retry(second).attempts == 0
    clock.sleep(1)
    assert jobs.pending() == [third]
    for verb in (jobs.cancel, jobs.retry):
        with pytest.raises(NotFoundError):
            verb("job_none")
    assert jobs.get("job_none") is None
    assert jobs.events("job_none") == []


def test_imports_are_listed_the_latest_first(any_graph: ProductGraph) -> None:
    ids = [any_graph.imports.accept(ImportRequest(source_name=str(number))).import_id for number in range(5)]
    first = any_graph.imports.page(3)
    rest = any_graph.imports.page(3, first.next_cursor)
    assert [one.import_id for one in (*first.results, *rest.results)] == ids[::-1]


def test_keys_are_found_by_hash_until_nobody_should_trust_them(any_graph: ProductGraph) -> None:
    keys = any_graph.keys
    key = keys.create("Ann's", ["search", "catalog"], "hash-1")
    assert key.scopes == ("catalog", "search")
    assert keys.create("again", [], "hash-1") == key
    other = keys.create("Bob", [], "hash-2")
    assert keys.by_hash("hash-1") == key
    assert keys.by_hash("unknown") is None
    assert keys.revoke(key.key_id).revoked
    revoked = keys.by_hash("hash-1")
    assert revoked is not None
    assert revoked.revoked
    assert [one.key_id for one in keys.page().results] == [key.key_id, other.key_id]
    with pytest.raises(NotFoundError):
        keys.revoke("key_none")

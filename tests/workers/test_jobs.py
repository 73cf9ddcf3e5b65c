from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from generation.jobs import validate
from kg.graph import ProductGraph
from shelfgraph.clock import ManualClock
from workers.jobs import run_job
from workers.links import follow
from workers.maintain import sweep

from .conftest import product

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pytest

    from kg.graph import Job

    from .conftest import Shop

WORKER = "generate@test/0"
KETTLE = product(
    1,
    title="Brook steel kettle, 1.7 L",
    brand="Brook",
    product_type=["Kitchen", "Kettles"],
    color="Blue",
    material="Stainless steel",
    bullets=["Holds 1.7 L", "Dishwasher safe lid", "Auto shut-off"],
)


class Engine:
    """A generator that answers as told, in the place of a model."""

    name = "told"
    device = "cpu"

    def __init__(self, answer: Callable[[], str]) -> None:
        self._answer = answer

    def generate(self, prompts: Sequence[Any], *, seed: int, max_new_tokens: int, n: int) -> list[list[str]]:
        del seed, max_new_tokens
        return [[self._answer()] * n for _ in prompts]


def _run(shop: Shop, job_id: str, answer: Callable[[], str] = lambda: "Nice") -> bool:
    return run_job(job_id, services=replace(shop.services, generator=lambda: Engine(answer)), worker=WORKER)


def _ad(shop: Shop) -> str:
    shop.run(shop.accept([KETTLE]))
    return shop.graph.jobs.accept("ad_copy", validate("ad_copy", {"product_id": "P-001", "channel": "plain"})).job_id


def _look(shop: Shop, job_id: str) -> Job:
    job = shop.graph.jobs.get(job_id)
    assert job is not None
    return job


def test_a_job_ends_once_with_its_text(shop: Shop) -> None:
    job_id = _ad(shop)
    assert _run(shop, job_id)
    job = _look(shop, job_id)
    assert (job.state, len(job.result_text_ids)) == ("succeeded", 1)
    text = shop.graph.texts.get(job.result_text_ids[0])
    assert text is not None
    assert text.job_id == job_id
    assert _run(shop, job_id)
    assert _look(shop, job_id).result_text_ids == job.result_text_ids


def test_a_refusal_is_kept_with_its_code(shop: Shop) -> None:
    shop.run(shop.accept([product(2, title="Thing")]))
    job_id = shop.graph.jobs.accept("review_summary", {"product_id": "P-002"}).job_id
    assert _run(shop, job_id)
    job = _look(shop, job_id)
    assert job.state == "failed"
    assert job.error is not None
    assert job.error["code"] == "review_summary.no_reviews"


def test_a_job_that_crashes_is_tried_again_and_then_parked(shop: Shop) -> None:
    def crash() -> str:
        raise RuntimeError("out of memory")

    job_id = _ad(shop)
    assert [_run(shop, job_id, crash) for _ in range(3)] == [False, False, True]
    job = _look(shop, job_id)
    assert job.state == "parked"
    assert job.error is not None
    assert (job.error["code"], "RuntimeError" in job.error["title"]) == ("job.parked", True)
    shop.graph.jobs.retry(job_id)
    assert _run(shop, job_id)
    assert _look(shop, job_id).state == "succeeded"


def test_a_job_that_kills_its_worker_each_time_is_parked(shop: Shop) -> None:
    job_id = _ad(shop)
    for _ in range(shop.settings.max_deliveries):
        assert shop.graph.jobs.claim(job_id, WORKER, 30) is not None
    assert _run(shop, job_id)
    assert _look(shop, job_id).state == "parked"


def test_a_job_cancelled_meanwhile_stores_nothing(shop: Shop) -> None:
    job_id = _ad(shop)

    def cancel() -> str:
        shop.graph.jobs.cancel(job_id)
        return "Nice"

    assert _run(shop, job_id, cancel)
    assert _look(shop, job_id).state == "cancelled"
    assert shop.graph.texts.page(kind=None, state=None, product_id="P-001", limit=10, cursor=None).results == ()


def test_what_the_broker_lost_is_sent_again_once(shop: Shop) -> None:
    import_id = shop.accept([product(1)])
    job_id = shop.graph.jobs.accept("review_summary", {"product_id": "P-001"}).job_id
    assert sweep(shop.services) == 0  # both were accepted a moment ago: their messages may be on their way
    later = ManualClock(time.time_ns() // 1_000_000 + 10_000)
    graph = ProductGraph.connect(shop.settings, clock=later)
    services = replace(shop.services, graph=graph)
    assert sweep(services) == 2
    assert (shop.broker.depth("import"), shop.broker.depth("generate")) == (1, 1)
    assert sweep(services) == 0  # a queue that holds messages is left alone
    graph.close()
    assert {import_id, job_id}


def test_links_follow_the_catalogue_and_find_what_comes_later(shop: Shop) -> None:
    lid = product(2, title="Glass lid for Brook Tarn 28", description="Fits the Brook Tarn 28 pan.", brand="Brook")
    pan = product(3, title="Brook Tarn 28 frying pan", brand="Brook", product_type=["Kitchen", "Pans"])
    shop.run(shop.accept([lid]))
    assert follow(shop.services) == 1
    assert follow(shop.services) == 0
    shop.run(shop.accept([pan]))
    assert follow(shop.services) == 1  # the pan itself
    assert follow(shop.services) == 2  # and once more all, for the lid names it
    assert follow(shop.services) == 0
    links = shop.graph.related.links("P-002")
    assert [(link.source_id, link.target_id, link.relation) for link in links] == [("P-002", "P-003", "ACCESSORY_FOR")]


def test_a_first_catalogue_is_linked_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.links._AT_ONCE", 1)
    shop.run(shop.accept([product(1), product(2)]))
    assert sum(follow(shop.services) for _ in range(8)) == 2


def test_what_is_added_while_the_first_catalogue_is_linked_is_linked_to_all(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.links._AT_ONCE", 1)
    shop.run(shop.accept([product(1), product(2)]))
    assert follow(shop.services) == 1
    shop.run(shop.accept([product(3)]))
    assert sum(follow(shop.services) for _ in range(9)) == 2 + 3  # what was left, and then all once more


def test_links_wait_for_imports(shop: Shop) -> None:
    shop.run(shop.accept([product(1)]))
    waiting = shop.accept([product(2)])
    assert follow(shop.services) == 0
    shop.run(waiting)
    assert follow(shop.services) == 2

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from shelfgraph.broker import CHANGES_CHANNEL, QUEUES, Broker, celery_app
from shelfgraph.errors import UnavailableError
from shelfgraph.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def broker(valkey_url: str) -> Iterator[Broker]:
    broker = Broker(valkey_url, Settings(broker_url=valkey_url))
    yield broker
    broker.close()


def test_a_task_waits_in_its_queue(broker: Broker) -> None:
    broker.send("imports.run", {"import_id": "imp_1"}, queue="import")
    broker.send("jobs.run", {"job_id": "job_1"}, queue="generate")
    assert {queue: broker.depth(queue) for queue in QUEUES} == {"import": 1, "generate": 1, "maintain": 0}


def test_each_queue_gets_its_own_tasks_only(broker: Broker) -> None:
    for queue in QUEUES:  # twice: the first sending binds the queues
        broker.send("some.task", queue=queue)
    for queue in QUEUES:
        broker.send("some.task", queue=queue)
    assert {queue: broker.depth(queue) for queue in QUEUES} == dict.fromkeys(QUEUES, 2)


def test_a_signal_reaches_who_listens(broker: Broker) -> None:
    with broker.subscribe(CHANGES_CHANNEL, timeout=60) as signals:
        later = threading.Timer(0.1, broker.publish, (CHANGES_CHANNEL, b"12"))
        later.start()
        assert next(signals) == b"12"
        later.join()  # the signal may be here before the answer to who sent it, and the broker closes next


def test_a_signal_before_the_first_look_is_not_missed(broker: Broker) -> None:
    with broker.subscribe(CHANGES_CHANNEL, timeout=60) as signals:
        broker.publish(CHANGES_CHANNEL, b"7")
        assert next(signals) == b"7"


def test_silence_is_none(broker: Broker) -> None:
    with broker.subscribe("quiet", timeout=0.2) as signals:
        started = time.monotonic()
        assert next(signals) is None
        assert time.monotonic() - started > 0.15


def test_one_holder_of_a_lock(broker: Broker) -> None:
    with broker.lock("a", 10) as first, broker.lock("a", 10) as second, broker.lock("b", 10) as other:
        assert (first, second, other) == (True, False, True)
    with broker.lock("a", 10) as again:
        assert again


def test_a_rate_is_kept(broker: Broker) -> None:
    decisions = [broker.hit("key_1", "3/minute") for _ in range(4)]
    assert [decision.allowed for decision in decisions] == [True, True, True, False]
    assert decisions[0].remaining == 2
    assert 1 <= decisions[3].retry_after <= 120
    assert broker.hit("key_2", "3/minute").allowed


def test_a_broker_that_is_away_is_said_with_a_code() -> None:
    broker = Broker("redis://127.0.0.1:1/0", Settings(broker_url="redis://127.0.0.1:1/0"))
    assert not broker.ping()
    broker.publish("anything", b"a hint may be lost")
    with pytest.raises(UnavailableError) as caught:
        broker.send("jobs.run", {"job_id": "job_1"}, queue="generate")
    assert caught.value.code == "broker.unavailable"
    with pytest.raises(UnavailableError):
        broker.depth("generate")


def test_tasks_survive_their_worker() -> None:
    conf = celery_app(Settings(visibility_timeout=120), url="redis://127.0.0.1:1/0").conf
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.worker_prefetch_multiplier == 1
    assert not conf.task_create_missing_queues
    assert conf.accept_content == ["json"]
    assert (
        conf.visibility_timeout
        == conf.broker_transport_options["visibility_timeout"]
        == conf.result_backend_transport_options["visibility_timeout"]
        == 120
    )


def test_a_unix_socket_and_valkey_names_are_understood() -> None:
    assert celery_app(Settings(), url="unix:///tmp/valkey.sock?db=1").conf.broker_url.startswith("redis+socket:///tmp")
    assert celery_app(Settings(), url="valkey://127.0.0.1:1/0").conf.broker_url == "redis://127.0.0.1:1/0"

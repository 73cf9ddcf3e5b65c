"""A lease is short in real life too; here it is long enough that a machine busy with other things renews it in time."""

from __future__ import annotations

import threading
import time

import pytest

from shelfgraph.errors import GraphError
from workers.lease import Lease, LeaseLostError

SECONDS = 4.0
PATIENCE = 60


def test_a_lease_is_renewed_while_the_block_runs() -> None:
    renewals = threading.Semaphore(0)

    def renew() -> bool:
        renewals.release()
        return True

    with Lease(renew, seconds=SECONDS) as lease:
        started = time.monotonic()
        while time.monotonic() - started <= SECONDS:
            assert renewals.acquire(timeout=PATIENCE)
        lease.check()  # it would be over, had nobody renewed it
    assert not lease._thread.is_alive()


def test_a_cancelled_claim_stops_the_work() -> None:
    with Lease(lambda: False, seconds=SECONDS) as lease:
        lease._thread.join(PATIENCE)
        with pytest.raises(LeaseLostError):
            lease.check()
    assert lease._lost


def test_a_claim_that_cannot_be_renewed_is_given_up_in_time() -> None:
    attempts = threading.Semaphore(0)

    def renew() -> bool:
        attempts.release()
        raise GraphError("graph.unavailable", "The graph does not answer.")

    with Lease(renew, seconds=SECONDS) as lease:
        started = time.monotonic()
        assert attempts.acquire(timeout=PATIENCE)
        lease.check()  # the graph restarts: the claim lasts a while yet
        while time.monotonic() - started <= SECONDS:
            assert attempts.acquire(timeout=PATIENCE)
        with pytest.raises(LeaseLostError):
            lease.check()

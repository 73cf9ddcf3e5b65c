from __future__ import annotations

import time

import pytest

from shelfgraph.errors import GraphError
from workers.lease import Lease, LeaseLostError


def test_a_lease_is_renewed_while_the_block_runs() -> None:
    renewed = []

    def renew() -> bool:
        renewed.append(time.monotonic())
        return True

    with Lease(renew, seconds=0.2) as lease:
        time.sleep(0.5)
        lease.check()
    count = len(renewed)
    assert count >= 5
    time.sleep(0.15)
    assert len(renewed) == count


def test_a_cancelled_claim_stops_the_work() -> None:
    with Lease(lambda: False, seconds=0.1) as lease:
        time.sleep(0.1)
        with pytest.raises(LeaseLostError):
            lease.check()


def test_a_claim_that_cannot_be_renewed_is_given_up_in_time() -> None:
    def renew() -> bool:
        raise GraphError("graph.unavailable", "The graph does not answer.")

    with Lease(renew, seconds=0.3) as lease:
        time.sleep(0.1)
        lease.check()
        time.sleep(0.3)
        with pytest.raises(LeaseLostError):
            lease.check()

"""Messages to the workers. What they are about is in the graph already, so a lost one only costs time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.services import services
from shelfgraph.errors import UnavailableError
from shelfgraph.logs import get_logger

if TYPE_CHECKING:
    from shelfgraph.broker import Queue


def enqueue(task: str, kwargs: dict[str, Any], *, queue: Queue) -> None:
    """Ask a worker; where the broker does not answer, the sweeper will ask later."""
    try:
        services().broker.send(task, kwargs, queue=queue)
    except UnavailableError as error:
        get_logger(__name__).warning("task_not_sent", task=task, code=error.code, **kwargs)

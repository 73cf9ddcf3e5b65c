"""What keeps the rest in order: messages that were lost are sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from shelfgraph.logs import get_logger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shelfgraph.broker import Queue
    from workers.services import WorkerServices

_SENT_AGAIN: Final = 200


def sweep(services: WorkerServices) -> int:
    """Send a message for all that the graph says is accepted and nobody works on.

    A queue that still holds messages is left alone: what it lost shows when it has run dry.

    Returns:
        how many messages were sent.
    """
    graph = services.graph
    waiting: tuple[tuple[Queue, str, str, Sequence[str]], ...] = (
        ("import", "imports.run", "import_id", graph.imports.pending(_SENT_AGAIN)),
        ("generate", "jobs.run", "job_id", graph.jobs.pending(_SENT_AGAIN)),
    )
    sent = 0
    for queue, task, name, ids in waiting:
        if not ids or services.broker.depth(queue):
            continue
        for one in ids:
            services.broker.send(task, {name: one}, queue=queue)
        sent += len(ids)
        get_logger(__name__).info("sent_again", task=task, count=len(ids))
    return sent


def resume(services: WorkerServices, queue: Queue) -> int:
    """Send a message for all that is held by a worker of this queue: one of them has just started.

    A worker that was killed takes up its own claims at once, under the name it had; those of others are theirs still.

    Returns:
        how many messages were sent.
    """
    if queue == "import":
        task, name = "imports.run", "import_id"
        ids = [
            one.import_id for one in services.graph.imports.page(_SENT_AGAIN, None).results if one.state == "running"
        ]
    else:
        task, name = "jobs.run", "job_id"
        ids = [one.job_id for one in services.graph.jobs.page(_SENT_AGAIN, None, state="running").results]
    for one in ids:
        services.broker.send(task, {name: one}, queue=queue)
    return len(ids)

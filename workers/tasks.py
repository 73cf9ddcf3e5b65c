"""The tasks by the names others send them by. Nothing heavy is imported until a task runs in a worker child."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shelfgraph.errors import GraphError, UnavailableError
from shelfgraph.logs import bind, get_logger, unbind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from celery import Celery  # type: ignore[import-untyped]  # ships no types

    from shelfgraph.broker import Queue
    from workers.services import WorkerServices

_RETRY_SECONDS = (1, 5, 20)


def register_tasks(app: Celery, services: Callable[[], WorkerServices]) -> None:
    """Give the app every task.

    Args:
        app: configured by `shelfgraph.broker.celery_app`.
        services: called when a task runs; the answer is shared by the tasks of a process.
    """

    def run_import_task(task: Any, *, import_id: str) -> None:  # noqa: ANN401 - Celery's task class has no types
        from workers.imports import run_import  # noqa: PLC0415 - only worker children read feeds

        bind(import_id=import_id)
        _again_when_away(task, lambda: run_import(import_id, services=services(), worker=_worker_name(task)))

    def run_job_task(task: Any, *, job_id: str) -> None:  # noqa: ANN401 - same
        from workers.jobs import run_job  # noqa: PLC0415 - only worker children generate

        bind(job_id=job_id)
        _again_when_away(task, lambda: run_job(job_id, services=services(), worker=_worker_name(task)))

    def sweep_task(task: Any) -> None:  # noqa: ANN401 - same
        from workers.links import follow  # noqa: PLC0415 - see above
        from workers.maintain import sweep  # noqa: PLC0415 - see above

        del task
        try:
            sweep(services())
            follow(services())
        except (GraphError, UnavailableError) as error:  # the next sweep is a moment away
            get_logger(__name__).warning("sweep_skipped", code=error.code)

    def resume_task(task: Any, *, queue: Queue) -> None:  # noqa: ANN401 - same
        from workers.maintain import resume  # noqa: PLC0415 - see above

        _again_when_away(task, lambda: resume(services(), queue) >= 0)

    def link_task(task: Any, *, product_ids: Sequence[str] = ()) -> None:  # noqa: ANN401 - same
        from workers.links import link  # noqa: PLC0415 - see above

        _again_when_away(task, lambda: link(services(), product_ids))

    for name, function in (
        ("imports.run", run_import_task),
        ("jobs.run", run_job_task),
        ("maintain.sweep", sweep_task),
        ("maintain.resume", resume_task),
        ("maintain.link", link_task),
    ):
        app.task(_unbound_after(function), name=name, bind=True, max_retries=None)


def _unbound_after(function: Callable[..., None]) -> Callable[..., None]:
    def run(task: Any, **kwargs: Any) -> None:  # noqa: ANN401 - same
        try:
            function(task, **kwargs)
        finally:
            unbind()

    run.__name__ = function.__name__
    return run


def _again_when_away(task: Any, work: Callable[[], bool]) -> None:  # noqa: ANN401 - same
    """Run the work; when it could not be done now, ask for it again a little later."""
    try:
        done = work()
    except (
        GraphError,
        UnavailableError,
    ) as error:  # not the work's fault: no delivery is counted by the graph's being away
        get_logger(__name__).warning("task_postponed", code=error.code)
        done = False
    if not done:
        wait = _RETRY_SECONDS[min(task.request.retries, len(_RETRY_SECONDS) - 1)]
        raise task.retry(countdown=wait)


def _worker_name(task: Any) -> str:  # noqa: ANN401 - same
    """The same after a restart, so that a worker that was killed takes up its own claim at once."""
    from billiard.process import current_process  # type: ignore[import-untyped]  # ships no types  # noqa: PLC0415

    return f"{task.request.hostname}/{getattr(current_process(), 'index', 0)}"

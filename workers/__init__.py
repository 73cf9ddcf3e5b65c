"""The work behind the 202: imports, generated text, and what is kept in order meanwhile, as Celery tasks."""

from workers.services import WorkerServices
from workers.tasks import register_tasks

__all__ = ["WorkerServices", "register_tasks"]

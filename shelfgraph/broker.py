"""The one seam to Redis or Valkey: tasks by name, signals, locks, rates. It carries messages and stores nothing.

A leaf: anyone may import it. Whatever is lost here is found again in the graph by ``maintain.sweep``.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, Self, get_args

from shelfgraph.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType

    from celery import Celery  # type: ignore[import-untyped]  # ships no types
    from limits.strategies import RateLimiter

    from shelfgraph.settings import Settings

Queue = Literal["import", "generate", "maintain"]
QUEUES: Final[tuple[Queue, ...]] = get_args(Queue)
CHANGES_CHANNEL: Final = "shelfgraph:changes"  # the new catalogue version, as decimal digits, after each commit

_SWEEP_SECONDS: Final = 5.0
_SOFT_SHUTDOWN_SECONDS: Final = 5.0
_CONNECT_SECONDS: Final = 5.0
_AGAIN_SECONDS: Final = 0.2


def job_channel(job_id: str) -> str:
    """Where the progress of a job or an import is signalled."""
    return f"shelfgraph:job:{job_id}"


def celery_app(settings: Settings, *, url: str | None = None) -> Celery:
    """The one configuration of Celery, for those who send tasks and those who run them."""
    from celery import Celery  # noqa: PLC0415 - the CLI and the leaves start without it
    from kombu.entity import Exchange  # noqa: PLC0415 - same
    from kombu.entity import Queue as CeleryQueue  # noqa: PLC0415 - same

    app = Celery("shelfgraph", broker=_celery_url(url or settings.broker_url), set_as_current=False)
    # A task that nobody acknowledged comes again after this long; all three must agree or the shortest wins.
    visibility = settings.visibility_timeout
    app.conf.update(
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "visibility_timeout": visibility,
            "socket_keepalive": True,
            "health_check_interval": 30,
            "socket_connect_timeout": _CONNECT_SECONDS,
            # Who sends a task asks twice and goes on (the sweeper sends it again); workers wait for good, see above.
            "max_retries": 1,
            "interval_start": _AGAIN_SECONDS,
        },
        result_backend_transport_options={"visibility_timeout": visibility},
        visibility_timeout=visibility,
        # Each with an exchange of its own: Celery would bind all of them to the default one, and every queue get all.
        task_queues=[
            CeleryQueue(name, Exchange(name, type="direct"), routing_key=name)  # type: ignore[no-untyped-call]  # half typed
            for name in QUEUES
        ],
        task_create_missing_queues=False,
        task_default_queue="maintain",
        task_routes={"imports.*": {"queue": "import"}, "jobs.*": {"queue": "generate"}},
        task_acks_late=True,
        task_acks_on_failure_or_timeout=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        task_store_errors_even_if_ignored=False,
        task_serializer="json",
        result_serializer="json",
        event_serializer="json",
        accept_content=["json"],
        result_accept_content=["json"],
        worker_prefetch_multiplier=1,
        worker_soft_shutdown_timeout=_SOFT_SHUTDOWN_SECONDS,
        worker_enable_soft_shutdown_on_idle=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,  # a lease keeps a second copy of the task out
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_send_task_events=False,
        beat_schedule={
            "sweep": {
                "task": "maintain.sweep",
                "schedule": _SWEEP_SECONDS,
                "options": {"queue": "maintain", "expires": 2 * _SWEEP_SECONDS},
            }
        },
    )
    return app


@dataclass(frozen=True, slots=True)
class RateDecision:
    """Whether one more call is within the rate; ``retry_after`` is in whole seconds, 0 when allowed."""

    allowed: bool
    remaining: int
    retry_after: int


class Subscription:
    """Signals of some channels, as an iterator that never ends: None whenever ``timeout`` passed without one.

    It is subscribed when made, so what is signalled from then on is not missed. A lost connection is made again;
    signals sent meanwhile are lost, which is why a subscriber also looks at the graph at each None.
    """

    def __init__(self, pubsub: Any, timeout: float) -> None:  # noqa: ANN401 - redis types its pubsub differently from release to release
        self._pubsub = pubsub
        self._timeout = timeout

    def __iter__(self) -> Iterator[bytes | None]:
        return self

    def __next__(self) -> bytes | None:
        from redis.exceptions import RedisError  # noqa: PLC0415 - see celery_app

        until = time.monotonic() + self._timeout
        while (left := until - time.monotonic()) > 0:
            try:
                message = self._pubsub.get_message(ignore_subscribe_messages=True, timeout=left)
            except (RedisError, OSError):
                time.sleep(min(1.0, max(left, 0.0)))
                continue
            if message is not None and isinstance(message["data"], bytes):
                return message["data"]
        return None

    def close(self) -> None:
        """Unsubscribe and give the connection back."""
        self._pubsub.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class Broker:
    """A connection pool to the broker, safe to share between threads.

    Args:
        url: ``redis://``, ``rediss://``, ``unix://`` and the ``valkey`` names of these.
        settings: for those who send tasks; without it only signals, locks and rates work.
    """

    def __init__(self, url: str, settings: Settings | None = None) -> None:
        from redis import ConnectionPool, Redis  # noqa: PLC0415 - see celery_app

        self._url = _redis_url(url)
        self._pool = ConnectionPool.from_url(
            self._url,
            socket_connect_timeout=_CONNECT_SECONDS,
            socket_timeout=30.0,
            socket_keepalive=True,
            health_check_interval=30,
        )
        self._redis = Redis(connection_pool=self._pool)
        self._celery = celery_app(settings, url=url) if settings is not None else None
        self._limiter: RateLimiter | None = None

    def send(self, task: str, kwargs: Mapping[str, Any] | None = None, *, queue: Queue) -> None:
        """Ask a worker for a task, by name.

        Raises:
            UnavailableError: ``broker.unavailable``; a caller that stored its work in the graph may go on, for the
                sweeper sends it again.
        """
        if self._celery is None:
            raise TypeError("a Broker without settings sends no tasks")
        with _reachable():
            self._celery.send_task(task, kwargs=dict(kwargs or {}), queue=queue, ignore_result=True, retry=False)

    def depth(self, queue: Queue) -> int:
        """How many tasks wait in the queue; those being worked on are not counted."""
        with _reachable():
            return int(self._redis.llen(queue))

    def publish(self, channel: str, message: bytes) -> None:
        """Signal whoever listens now; a broker that does not answer is no error, for signals are hints."""
        with contextlib.suppress(UnavailableError), _reachable():
            self._redis.publish(channel, message)

    def subscribe(self, *channels: str, timeout: float = 1.0) -> Subscription:
        """Listen to channels; see `Subscription`."""
        with _reachable():
            pubsub = self._redis.pubsub()  # type: ignore[no-untyped-call]  # redis leaves it so
            pubsub.subscribe(*channels)
        return Subscription(pubsub, timeout)

    @contextlib.contextmanager
    def lock(self, name: str, ttl: float, *, wait: float = 0.0) -> Iterator[bool]:
        """Hold a lock for ``ttl`` seconds at most; yields whether it was got within ``wait`` seconds."""
        from redis.exceptions import LockError  # noqa: PLC0415 - see celery_app

        with _reachable():
            lock = self._redis.lock(f"shelfgraph:lock:{name}", timeout=ttl, blocking_timeout=wait)
            held = lock.acquire(blocking=wait > 0)
        try:
            yield held
        finally:
            if held:
                with contextlib.suppress(LockError, UnavailableError), _reachable():
                    lock.release()

    def hit(self, key: str, rate: str) -> RateDecision:
        """Count one call of ``key`` against ``rate``, in the notation of `limits` (``600/minute``)."""
        from limits import parse  # noqa: PLC0415 - see celery_app

        limit = parse(rate)
        with _reachable():
            limiter = self._rates()
            allowed = limiter.hit(limit, key)
            window = limiter.get_window_stats(limit, key)
        wait = max(1, round(window.reset_time - time.time()))
        return RateDecision(allowed, max(0, window.remaining), 0 if allowed else wait)

    def ping(self) -> bool:
        """Whether the broker answers."""
        try:
            with _reachable():
                return bool(self._redis.ping())
        except UnavailableError:
            return False

    def close(self) -> None:
        """Close every connection."""
        self._pool.disconnect()
        if self._celery is not None:
            self._celery.close()

    def _rates(self) -> RateLimiter:
        if self._limiter is None:
            from limits.storage import RedisStorage  # noqa: PLC0415 - see celery_app
            from limits.strategies import SlidingWindowCounterRateLimiter  # noqa: PLC0415 - same

            storage = RedisStorage(self._url, connection_pool=self._pool, key_prefix="shelfgraph:rate")
            self._limiter = SlidingWindowCounterRateLimiter(storage)
        return self._limiter


@contextlib.contextmanager
def _reachable() -> Iterator[None]:
    from kombu.exceptions import OperationalError  # noqa: PLC0415 - see celery_app
    from redis.exceptions import ConnectionError as RedisConnectionError  # noqa: PLC0415 - same
    from redis.exceptions import TimeoutError as RedisTimeoutError  # noqa: PLC0415 - same

    try:
        yield
    except (OperationalError, RedisConnectionError, RedisTimeoutError, OSError) as error:
        raise UnavailableError(
            "broker.unavailable",
            "The message broker does not answer.",
            help="Look whether Valkey or Redis runs at SHELFGRAPH_BROKER_URL; what was accepted is kept.",
            retry_after=2,
        ) from error


def _redis_url(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    renamed = {"valkey": "redis", "valkeys": "rediss", "redis+socket": "unix"}.get(scheme, scheme)
    return f"{renamed}{separator}{rest}"


def _celery_url(url: str) -> str:
    url = _redis_url(url)
    return f"redis+socket://{url.removeprefix('unix://')}" if url.startswith("unix://") else url

"""The job queue on Redis Streams, by streaQ."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import structlog
from anyio import BrokenResourceError, ClosedResourceError
from coredis.exceptions import RedisError, ResponseError
from streaq import StreaqError, Worker

from disputes.errors import Invalid, TryAgain

QUEUE = "rebut"
JOB = "work"
PATIENCE_SECONDS = 5.0
BRIEF_SECONDS = 2.0
_SCHEMES = {"redis", "rediss", "unix"}

log = structlog.get_logger()


class StreaqQueue:
    """Hands disputes to workers through a Redis stream; use `open_queue`."""

    def __init__(self, redis_url: str, worker: Worker[None], *, patience: float) -> None:
        self._redis_url, self._worker, self._patience = redis_url, worker, patience

    async def enqueue(self, dispute_id: str, *, account: str | None = None) -> None:
        """Ask a worker to run a dispute soon. Raises `TryAgain` when Redis fails or stays silent."""
        with _failures():
            async with asyncio.timeout(self._patience):
                await self._send(dispute_id, account)

    async def try_enqueue(self, dispute_id: str, *, account: str | None = None) -> bool:
        """Do the same after a commit, within two seconds; never raises. False when the job is left to the sweep."""
        try:
            async with asyncio.timeout(BRIEF_SECONDS):
                await self.enqueue(dispute_id, account=account)
        except (TryAgain, TimeoutError) as error:
            log.warning("queue.unavailable", dispute_id=dispute_id, error=type(error).__name__)
            return False
        return True

    async def _send(self, dispute_id: str, account: str | None) -> None:
        try:
            await self._worker.enqueue_unsafe(JOB, dispute_id, account)
        except ResponseError:
            # A Redis that was wiped has lost streaq's functions; opening a worker loads them.
            async with _a_worker(self._redis_url):
                await self._worker.enqueue_unsafe(JOB, dispute_id, account)


@asynccontextmanager
async def open_queue(redis_url: str, *, patience: float = PATIENCE_SECONDS) -> AsyncIterator[StreaqQueue]:
    """Open the queue on a `redis://`, `rediss://` or `unix://` URL.

    Raises `Invalid` on any other URL and `TryAgain` when Redis gives no answer for `patience` seconds.
    """
    _check(redis_url)
    stack = AsyncExitStack()
    with _failures():
        async with asyncio.timeout(patience):
            worker = await stack.enter_async_context(_a_worker(redis_url))
    try:
        yield StreaqQueue(redis_url, worker, patience=patience)
    finally:
        # Closed without the body's error, which streaq would wrap in groups.
        await stack.aclose()


def queue_url(redis_url: str) -> str:
    """Return the URL for streaQ: over TLS the certificate must name the host, as redis-py demands anyway."""
    parts = urlsplit(redis_url)
    named = {name for name, _ in parse_qsl(parts.query)}
    if parts.scheme != "rediss" or named & {"ssl_check_hostname", "ssl_cert_reqs"}:
        return redis_url
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, "ssl_check_hostname=true")))))


def encode(value: object) -> str:
    """Return a job or a result as JSON; of what JSON cannot hold, such as an error, only the type's name."""
    return json.dumps(value, default=lambda other: type(other).__name__)


def decode(data: bytes | str) -> object:
    """Return a job or a result from its JSON."""
    return json.loads(data)


def _check(redis_url: str) -> None:
    try:
        fine = urlsplit(redis_url).scheme in _SCHEMES and urlsplit(redis_url).port != 0
    except ValueError:
        fine = False
    if not fine:
        raise Invalid("The Redis URL cannot be read; it looks like redis://:password@host:6379/0.")


def _a_worker(redis_url: str) -> Worker[None]:
    return Worker(redis_url=queue_url(redis_url), queue_name=QUEUE, serializer=encode, deserializer=decode)


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except (RedisError, StreaqError, BrokenResourceError, ClosedResourceError, OSError, ExceptionGroup) as error:
        raise TryAgain(f"Redis does not take the job: {reason(error)}.") from error


def reason(error: Exception) -> str:
    """Return in a few words why Redis failed, also where the error is wrapped in groups."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return str(error).strip().rstrip(".") or type(error).__name__

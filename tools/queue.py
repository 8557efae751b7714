import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any
from urllib.parse import urlsplit

from anyio import BrokenResourceError, ClosedResourceError
from coredis.exceptions import RedisError, ResponseError
from streaq import StreaqError, Worker

from disputes.errors import Invalid, TryAgain
from tools.together import Together

QUEUE = "rebut"
JOB = "work"
ROUND = "round"
GATHER_SECONDS = 0.02
PATIENCE_SECONDS = 5.0
Ring = tuple[str, str | None]
_SCHEMES = {"redis", "rediss", "unix"}


class StreaqQueue:
    """Rings workers through a Redis stream; use `open_queue`."""

    def __init__(self, redis_url: str, worker: Worker[None], *, patience: float) -> None:
        self._redis_url = redis_url
        self._worker = worker
        self._patience = patience
        self._ringing = Together(self._ring, pause=GATHER_SECONDS)

    async def ring(self, dispute_id: str, *, account: str | None = None) -> None:
        """Ask a worker to look at a dispute soon. Raises `TryAgain` when Redis fails or stays silent.

        Rings that come in a crowd travel as one job, a round, which a worker spreads.
        """
        await self._ringing.do((dispute_id, account))

    def toll(self, dispute_id: str, *, account: str | None = None) -> None:
        """Ask for the same and go on at once; a Redis that fails is only logged."""
        self._ringing.leave((dispute_id, account))

    async def settle(self) -> None:
        """Wait until every ring is in Redis or has failed."""
        await self._ringing.settle()

    async def _ring(self, rings: Sequence[Ring]) -> Sequence[None]:
        with _failures():
            async with asyncio.timeout(self._patience):
                await self._send(rings)
        return [None] * len(rings)

    async def _send(self, rings: Sequence[Ring]) -> None:
        try:
            await self._enqueue(rings)
        except ResponseError:
            # A Redis that was wiped has lost streaq's functions; opening a worker loads them.
            async with _a_worker(self._redis_url):
                await self._enqueue(rings)

    async def _enqueue(self, rings: Sequence[Ring]) -> None:
        # A job costs its sender far more than the ring in it, and Stripe waits for whoever answers webhooks.
        job = (JOB, *rings[0]) if len(rings) == 1 else (ROUND, rings)
        await self._worker.enqueue_unsafe(*job)


async def spread(worker: Worker[Any], rings: Sequence[Ring]) -> None:
    """Make each ring of a round a job of its own; a dispute that rang twice gets one."""
    once = dict.fromkeys((dispute_id, account) for dispute_id, account in rings)
    await worker.enqueue_many([worker.enqueue_unsafe(JOB, *ring) for ring in once])


@asynccontextmanager
async def open_queue(redis_url: str, *, patience: float = PATIENCE_SECONDS) -> AsyncIterator[StreaqQueue]:
    """Give the queue on a `redis://`, `rediss://` or `unix://` URL.

    Raises `Invalid` on any other URL and `TryAgain` when Redis gives no answer for `patience` seconds.
    """
    _check(redis_url)
    stack = AsyncExitStack()
    with _failures():
        async with asyncio.timeout(patience):
            worker = await stack.enter_async_context(_a_worker(redis_url))
    queue = StreaqQueue(redis_url, worker, patience=patience)
    try:
        yield queue
    finally:
        await queue.settle()
        # Closed without the body's error, which streaq would wrap in groups.
        await stack.aclose()


def encode(value: object) -> str:
    """Write a job or a result as JSON; of what JSON cannot hold, such as an error, only the type's name."""
    return json.dumps(value, default=lambda other: type(other).__name__)


def decode(data: bytes | str) -> object:
    """Read a job or a result."""
    return json.loads(data)


def _check(redis_url: str) -> None:
    try:
        fine = urlsplit(redis_url).scheme in _SCHEMES and urlsplit(redis_url).port != 0
    except ValueError:
        fine = False
    if not fine:
        raise Invalid("The Redis URL cannot be read; it looks like redis://:password@host:6379/0.")


def _a_worker(redis_url: str) -> Worker[None]:
    return Worker(redis_url=redis_url, queue_name=QUEUE, serializer=encode, deserializer=decode)


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except (RedisError, StreaqError, BrokenResourceError, ClosedResourceError, OSError, ExceptionGroup) as error:
        raise TryAgain(f"Redis does not take the job: {reason(error)}.") from error


def reason(error: Exception) -> str:
    """Say in a few words why Redis failed, also where the error is wrapped in groups."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return str(error).strip().rstrip(".") or type(error).__name__

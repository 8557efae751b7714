"""A running Rebut: its ports, its graph, its runs, its queue worker."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from anyio import BrokenResourceError, ClosedResourceError
from coredis.exceptions import RedisError
from streaq import Worker

from disputes.errors import Invalid, TryAgain
from disputes.ports.clock import Clock
from graph.build import build
from graph.checkpointer.saver import RedisSaver
from graph.run import Runner
from graph.wiring.deps import Deps, open_deps, utc
from graph.wiring.servers import Servers, open_servers
from graph.wiring.settings import Settings
from tools.embedded import servers as embedded_servers
from tools.embedded.servers import EmbeddedError
from tools.fitness import Shortcoming, postgres_server, redis_server, worst
from tools.postgres import reset
from tools.postgres.database import migrate, open_engine
from tools.queue import JOB, QUEUE, decode, encode, open_queue, queue_url, reason

CONCURRENCY = 6
IDLE_SECONDS = 10
GRACE_SECONDS = 20
_LOST = (RedisError, OSError, BrokenResourceError, ClosedResourceError)

__all__ = ["JOB", "Runtime", "failures", "open_runtime", "renew", "revive", "wipe"]


@dataclass(frozen=True)
class Runtime:
    """Everything a process of Rebut holds open. `worker` has no tasks yet: `jobs.worker.worker` gives it some."""

    deps: Deps
    runner: Runner
    worker: Worker[Any]
    servers: Servers
    home: Path


@asynccontextmanager
async def open_runtime(settings: Settings, *, now: Clock = utc) -> AsyncIterator[Runtime]:
    """Open every part, embedded servers included, and close them in order. Raises one sentence on what is wrong."""
    async with AsyncExitStack() as stack:
        servers = await stack.enter_async_context(open_servers(settings))
        await _reach(settings, servers)
        deps = await stack.enter_async_context(open_deps(settings, servers, now=now))
        saver = await stack.enter_async_context(RedisSaver.from_url(servers.redis_url))
        worker = _worker(servers.redis_url)
        runner = Runner(build(deps, saver), deps)
        yield Runtime(deps=deps, runner=runner, worker=worker, servers=servers, home=settings.home)


async def renew(runtime: Runtime) -> Runtime:
    """Return the runtime with a queue worker that can be run, after the one it has lost its Redis.

    Embedded servers that are gone are started again. Raises `TryAgain` when they do not start.
    """
    await revive(runtime)
    return replace(runtime, worker=_worker(runtime.servers.redis_url))


async def revive(runtime: Runtime) -> tuple[str, ...]:
    """Start embedded servers again that are gone, since nobody else would, and return the names of those.

    Raises `TryAgain` when one does not start.
    """
    if not runtime.servers.embedded:
        return ()
    try:
        async with embedded_servers.open_servers(runtime.home, wanted=runtime.servers.embedded) as servers:
            return servers.started
    except EmbeddedError as failed:
        raise TryAgain(str(failed)) from failed


async def _reach(settings: Settings, servers: Servers) -> None:
    """Raise `Invalid` that names the setting when a server of the user's own cannot be used."""
    if settings.database_url:
        async with open_engine(servers.database_url, size=1) as engine:
            _refuse("DATABASE_URL", await postgres_server.examine(engine))
    if settings.redis_url:
        _refuse("REDIS_URL", (await redis_server.examine(servers.redis_url)).shortcomings)
    name = "DATABASE_URL"
    try:
        if settings.database_url:
            await migrate(servers.database_url)
        name = "REDIS_URL"
        if settings.redis_url:
            async with open_queue(servers.redis_url):
                pass
    except TryAgain as away:
        raise Invalid(f"{name} does not work: {away}") from away


def _refuse(name: str, found: tuple[Shortcoming, ...]) -> None:
    if bad := worst(found):
        raise Invalid(f"{name} does not work: {bad.whole}")


def _worker(redis_url: str) -> Worker[Any]:
    """Return a queue worker that takes over a killed one's jobs after a few seconds, and drains before it stops."""
    return Worker(
        redis_url=queue_url(redis_url),
        queue_name=QUEUE,
        serializer=encode,
        deserializer=decode,
        concurrency=CONCURRENCY,
        prefetch=1,
        idle_timeout=IDLE_SECONDS,
        grace_period=GRACE_SECONDS,
    )


@contextmanager
def failures() -> Iterator[None]:
    """Turn a queue that loses its Redis into `TryAgain` with one sentence; bugs pass through."""
    try:
        yield
    except (*_LOST, ExceptionGroup) as lost:
        if isinstance(lost, ExceptionGroup) and lost.split(_LOST)[1]:
            raise
        raise TryAgain(f"Redis went away: {reason(lost)}.") from lost


async def wipe(settings: Settings) -> None:
    """Empty the records under a demo's home. Raises `Invalid` unless both servers are the embedded ones."""
    async with open_servers(settings) as servers:
        if len(servers.embedded) != 2:  # noqa: PLR2004 - Redis and PostgreSQL
            raise Invalid("A demo wipes its records, so it runs on embedded servers only.")
        await reset.wipe(database_url=servers.database_url, redis_url=servers.redis_url)

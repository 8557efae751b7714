"""API and worker in one process, on the same open ports."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import uvicorn

from api.app import create
from disputes.errors import Invalid
from graph.wiring.deps import Deps
from graph.wiring.runtime import Runtime
from jobs.worker.worker import toil

GRACE_SECONDS = 20


@dataclass(frozen=True)
class Listening:
    """A served Rebut: where, and the worker's task, which ends when the process is asked to stop."""

    url: str
    work: asyncio.Task[None]


@asynccontextmanager
async def listening(runtime: Runtime, *, host: str, port: int) -> AsyncIterator[Listening]:
    """Serve the API and work the queue; port 0 takes a free one. Drains both on the way out.

    Raises `Invalid` when the address cannot be had.
    """

    @asynccontextmanager
    async def shared() -> AsyncIterator[Deps]:
        yield runtime.deps

    config = uvicorn.Config(
        create(shared, now=runtime.deps.now), log_config=None, timeout_graceful_shutdown=GRACE_SECONDS, lifespan="on"
    )
    server = _Server(config)
    bound = _bind(host, port)
    api = asyncio.create_task(server.serve(sockets=[bound]))
    work = asyncio.create_task(toil(runtime))
    try:
        await asyncio.wait([api, asyncio.create_task(server.up.wait())], return_when=asyncio.FIRST_COMPLETED)
        yield Listening(f"http://{host}:{bound.getsockname()[1]}", work)
    finally:
        server.should_exit = True
        work.cancel()
        await asyncio.gather(api, work, return_exceptions=True)
        bound.close()


class _Server(uvicorn.Server):
    """Leaves signals to the worker, which drains first, and tells when it is up."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _bind(host: str, port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen()
    except OSError as taken:
        bound.close()
        raise Invalid(f"Rebut cannot listen on {host}:{port}: {taken.strerror}.") from taken
    return bound

"""API and worker in one process, on the same open dependencies."""

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
from jobs.worker import worker

GRACE_SECONDS = 20


@dataclass(frozen=True)
class RunningServer:
    """The address of the API and the worker's task, which ends when the process is asked to stop."""

    url: str
    work: asyncio.Task[None]


@asynccontextmanager
async def open_server(runtime: Runtime, *, host: str, port: int) -> AsyncIterator[RunningServer]:
    """Serve the API and work the queue; port 0 takes a free one. Drains both on the way out.

    Raises `Invalid` when the address cannot be used.
    """
    server = _Server(_config(runtime))
    bound = _bind(host, port)
    api = asyncio.create_task(server.serve(sockets=[bound]))
    work = asyncio.create_task(worker.run(runtime))
    try:
        await asyncio.wait([api, asyncio.create_task(server.up.wait())], return_when=asyncio.FIRST_COMPLETED)
        yield RunningServer(f"http://{host}:{bound.getsockname()[1]}", work)
    finally:
        server.should_exit = True
        work.cancel()
        await asyncio.gather(api, work, return_exceptions=True)
        bound.close()


class _Server(uvicorn.Server):
    """Leaves signals to the worker, which drains first, and sets `up` once it is started."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _config(runtime: Runtime) -> uvicorn.Config:
    @asynccontextmanager
    async def opener() -> AsyncIterator[Deps]:
        yield runtime.deps

    app = create(opener, now=runtime.deps.now)
    return uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=GRACE_SECONDS, lifespan="on")


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

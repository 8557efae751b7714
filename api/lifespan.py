"""Opens what the routes depend on, keeps it open, and hands it to each request."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from typing import Annotated

import structlog
from fastapi import Depends, Request
from starlette.datastructures import State

from api import problems
from api.problems import Problem
from disputes.errors import DisputeError
from graph.wiring.deps import Deps

log = structlog.get_logger()

Opener = Callable[[], AbstractAsyncContextManager[Deps]]


class DepsSupervisor:
    """A background task that keeps the dependencies open from start to stop and opens them again after a failure.

    `state.deps` is None while they are not open, and `state.failure` then says why in one sentence.
    """

    def __init__(self, state: State, opener: Opener, *, pause: float) -> None:
        self.attempted = asyncio.Event()
        self.stopping = asyncio.Event()
        self._state, self._opener, self._pause = state, opener, pause

    async def run(self) -> None:
        """Keep the dependencies open until `stopping` is set; `attempted` is set after the first attempt."""
        while not self.stopping.is_set():
            try:
                await self._open_until_stopped()
            except Exception as error:  # noqa: BLE001  whatever broke, the app stays up and says so
                self._state.failure = explain(error)
                log.error("api.not_ready", error=type(error).__name__, where=problems.locate(error))  # noqa: TRY400  a traceback would carry the message
            self.attempted.set()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), self._pause)

    async def _open_until_stopped(self) -> None:
        try:
            async with self._opener() as deps:
                self._state.deps = deps
                self.attempted.set()
                log.info("api.ready")
                await self.stopping.wait()
        finally:
            self._state.deps = None


def explain(error: Exception) -> str:
    """Return why the dependencies did not open; only messages known to be written for people are passed on."""
    if isinstance(error, DisputeError | RuntimeError) and str(error):
        return str(error)
    return f"Rebut could not open its parts ({type(error).__name__})."


async def get_deps(request: Request) -> Deps:
    """Return the open dependencies; 503 while there are none. Async, since FastAPI runs other functions in threads."""
    deps: Deps | None = request.app.state.deps
    if deps is None:
        raise Problem(503, "Rebut is not ready.", headers=problems.RETRY_AFTER)
    return deps


OpenDeps = Annotated[Deps, Depends(get_deps)]

"""The way from a request to the running parts of Rebut, and the keeping open of them."""

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


class PartsKeeper:
    """Holds the parts open from start to stop, in one task, and tries again after a failure.

    `state.deps` is None while they are not open, and `state.trouble` then says why in one sentence.
    """

    def __init__(self, state: State, opener: Opener, *, pause: float) -> None:
        self.tried = asyncio.Event()
        self.leaving = asyncio.Event()
        self._state, self._opener, self._pause = state, opener, pause

    async def hold(self) -> None:
        """Keep the parts open until `leaving` is set; `tried` is set after the first attempt."""
        while not self.leaving.is_set():
            try:
                await self._once()
            except Exception as error:  # noqa: BLE001  whatever broke, the app stays up and says so
                self._state.trouble = sentence(error)
                log.error("api.closed", error=type(error).__name__, where=problems.where(error))  # noqa: TRY400  a traceback would carry the message
            self.tried.set()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.leaving.wait(), self._pause)

    async def _once(self) -> None:
        try:
            async with self._opener() as deps:
                self._state.deps = deps
                self.tried.set()
                log.info("api.open")
                await self.leaving.wait()
        finally:
            self._state.deps = None


def sentence(error: Exception) -> str:
    """Say why the parts did not open; only messages known to be written for people are passed on."""
    if isinstance(error, DisputeError | RuntimeError) and str(error):
        return str(error)
    return f"Rebut could not open its parts ({type(error).__name__})."


async def deps(request: Request) -> Deps:
    """Give the running parts; 503 while there are none. Async, since FastAPI sends a plain function to a thread."""
    found: Deps | None = request.app.state.deps
    if found is None:
        raise Problem(503, "Rebut is not ready.", headers=problems.RETRY)
    return found


OpenDeps = Annotated[Deps, Depends(deps)]
